import { Code, ConnectError } from "@connectrpc/connect";
import { atLeast, noteFacts, notSentError } from "../errors/facts.js";
import { ownOptions } from "./own-options.js";
import { MAX_TIMER_MS } from "./stop.js";

/** The error of a call on a transport that was closed. */
export function closedError(): ConnectError {
  return notSentError("the connections were closed before the call", Code.Canceled, "canceled");
}

/** The error of a call that was under way. */
export function canceledByClose(): ConnectError {
  const error = new ConnectError("the connections were closed during the call", Code.Canceled);
  return noteFacts(error, { reason: "canceled" });
}

/** How a client or a transport is closed. */
export interface CloseOptions {
  /**
   * How long calls under way may take to settle, in milliseconds, before they
   * are ended with Canceled; 0 ends them at once.
   *
   * @default as long as their deadlines let them
   */
  readonly graceMs?: number;
}

/** A call that can be ended from outside. */
export interface Endable {
  fail(error: ConnectError): void;
}

// Taken when this is loaded, so that a test's fake timers do not hold up a close.
const { setTimeout, clearTimeout } = globalThis;

/** Counts the calls under way, refuses new ones once it is closed, and waits for the others. */
export class Drain {
  /** Calls that {@link close} may end. */
  readonly calls = new Set<Endable>();
  #underWay = 0;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  /** Counts a call in; throws Canceled, not sent, once it is closed. */
  enter(): void {
    if (this.#isClosed) throw closedError();
    this.#underWay++;
  }

  leave(): void {
    if (--this.#underWay === 0) for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Refuses new calls, waits for those under way, ends what is left, and lets go of the connections. */
  async close(options: CloseOptions | undefined, release: () => Promise<unknown>): Promise<void> {
    const { graceMs } = ownOptions(options);
    if (graceMs !== undefined) atLeast(0, "graceMs", graceMs);
    this.#isClosed = true;
    if (this.#underWay > 0) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        if (graceMs !== undefined) timer = setTimeout(resolve, Math.min(graceMs, MAX_TIMER_MS));
      });
      clearTimeout(timer);
    }
    for (const call of this.calls) call.fail(canceledByClose());
    await release();
  }
}
