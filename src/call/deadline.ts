import { Code, ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../errors/facts.js";
import type { Delivery } from "../errors/reason.js";
import { Stop, type StopSignal } from "./stop.js";

/** What a timer can hold, in milliseconds; later than that is never. */
export const MAX_TIMER_MS = 0x7fffffff;

/** What a call fails with when it is ended before its answer. */
export interface Endings {
  /** The caller gave up. */
  canceled(signal: StopSignal, delivery: Delivery): ConnectError;
  /** The time is over. */
  exceeded(timeoutMs: number, delivery: Delivery): ConnectError;
}

/**
 * Runs a call that is over when its caller gives up or its time has passed,
 * whatever the peer or `run` does about it: the {@link Stop} that `run` gets
 * tells it so, nobody waits for it, and what it still brings is dropped.
 */
export function runUntil<T>(
  signal: StopSignal | undefined,
  timeoutMs: number | undefined,
  endings: Endings,
  run: (stop: Stop) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const watch = new Watch(signal, timeoutMs, endings, reject);
    if (watch.aborted) return;
    const fail = (error: unknown) => {
      watch.end();
      reject(error);
    };
    try {
      run(watch).then((value) => {
        watch.end();
        resolve(value);
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}

/** Watches over one call: its stop, its timer and its listener in one object, because they are made for every call. */
class Watch extends Stop {
  readonly #signal: StopSignal | undefined;
  readonly #endings: Endings;
  readonly #reject: (error: ConnectError) => void;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    signal: StopSignal | undefined,
    timeoutMs: number | undefined,
    endings: Endings,
    reject: (error: ConnectError) => void,
  ) {
    super();
    this.#signal = signal;
    this.#endings = endings;
    this.#reject = reject;
    if (signal?.aborted) {
      this.handleEvent();
      return;
    }
    signal?.addEventListener("abort", this);
    if (timeoutMs !== undefined && timeoutMs <= MAX_TIMER_MS) {
      this.#timer = setTimeout(timedOut, timeoutMs, this, timeoutMs);
    }
  }

  /** The caller's signal aborted. */
  handleEvent(): void {
    if (this.#signal) this.#fail(this.#endings.canceled(this.#signal, this.#delivery()));
  }

  exceed(timeoutMs: number): void {
    this.#fail(this.#endings.exceeded(timeoutMs, this.#delivery()));
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this);
  }

  #delivery(): Delivery {
    return this.hasSent ? "maybe_sent" : "not_sent";
  }

  #fail(error: ConnectError): void {
    this.#reject(error);
    this.end();
    this.abort(error);
  }
}

function timedOut(watch: Watch, timeoutMs: number): void {
  watch.exceed(timeoutMs);
}

/** Runs one exchange until its caller gives up or its time has passed. A `Stop` is watched over already, by who made it. */
export function withDeadline<T>(
  signal: StopSignal | undefined,
  timeoutMs: number | undefined,
  run: (signal: StopSignal | undefined) => Promise<T>,
): Promise<T> {
  if (signal instanceof Stop || (signal === undefined && timeoutMs === undefined)) return run(signal);
  return runUntil(signal, timeoutMs, exchangeEndings, run);
}

const exchangeEndings: Endings = {
  canceled: (signal, delivery) => noteFacts(canceled(signal), { delivery }),
  exceeded: deadlineExceeded,
};

/** The error of an exchange that took too long. */
export function deadlineExceeded(timeoutMs: number, delivery: Delivery): ConnectError {
  return noteFacts(new ConnectError(`no answer within ${timeoutMs} ms`, Code.DeadlineExceeded), {
    reason: "timeout",
    delivery,
  });
}

/** The error of a call that its caller gave up; a `ConnectError` given as the reason comes out as it is. */
export function canceled({ reason }: StopSignal): ConnectError {
  if (reason instanceof ConnectError) return reason;
  const message = reason instanceof Error ? reason.message : String(reason);
  return new ConnectError(message, Code.Canceled, undefined, undefined, reason);
}
