import { Code, ConnectError } from "@connectrpc/connect";
import { saidBy } from "../errors/causes.js";
import { type Facts, noteFacts } from "../errors/facts.js";
import type { Endable } from "./drain.js";
import { MAX_TIMER_MS, Stop, type StopSignal } from "./stop.js";

/**
 * Runs a call that is over when its caller gives up or its time has passed,
 * whatever the peer or `run` does about it: the {@link Stop} that `run` gets
 * tells it so, nobody waits for it, and what it still brings is dropped.
 *
 * @param canceled makes the error of a call that was given up
 * @param calls holds the call while it is under way, for whoever may end it
 */
export function runUntil<T>(
  signal: StopSignal | undefined,
  timeoutMs: number | undefined,
  canceled: (signal: StopSignal) => ConnectError,
  run: (stop: Stop) => Promise<T>,
  calls?: Set<Endable>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const watch = new Watch(signal, timeoutMs, canceled, reject, calls);
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
  readonly #canceled: (signal: StopSignal) => ConnectError;
  readonly #reject: (error: ConnectError) => void;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #endMs: number;
  readonly #calls: Set<Endable> | undefined;

  constructor(
    signal: StopSignal | undefined,
    timeoutMs: number | undefined,
    canceled: (signal: StopSignal) => ConnectError,
    reject: (error: ConnectError) => void,
    calls: Set<Endable> | undefined,
  ) {
    super();
    this.#calls = calls;
    this.#signal = signal;
    this.#canceled = canceled;
    this.#reject = reject;
    this.#endMs = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
    if (signal?.aborted) {
      this.handleEvent();
      return;
    }
    signal?.addEventListener("abort", this);
    calls?.add(this);
    if (timeoutMs !== undefined && timeoutMs <= MAX_TIMER_MS) {
      this.#timer = setTimeout(timedOut, timeoutMs, this, timeoutMs);
    }
  }

  /** The caller's signal aborted. */
  handleEvent(): void {
    if (this.#signal) this.fail(this.#canceled(this.#signal));
  }

  override leftMs(): number {
    return Math.max(1, Math.ceil(this.#endMs - performance.now()));
  }

  fail(error: ConnectError): void {
    // The caller's own error stays as it is.
    if (error !== this.#signal?.reason) {
      noteFacts(error, { delivery: this.hasSent ? "maybe_sent" : "not_sent" });
    }
    this.#reject(error);
    this.end();
    this.abort(error);
  }

  end(): void {
    this.#calls?.delete(this);
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this);
  }
}

function timedOut(watch: Watch, timeoutMs: number): void {
  watch.fail(deadlineExceeded(timeoutMs));
}

/** Runs one exchange until its caller gives up or its time has passed. A `Stop` is watched over already, by who made it. */
export function untilDeadline<T>(
  signal: StopSignal | undefined,
  timeoutMs: number | undefined,
  run: (signal: StopSignal | undefined) => Promise<T>,
): Promise<T> {
  if (signal instanceof Stop || (signal === undefined && timeoutMs === undefined)) return run(signal);
  return runUntil(signal, timeoutMs, canceled, run);
}

const TIMEOUT: Facts = { reason: "timeout", delivery: "maybe_sent" };

/** The error of a call that took too long. */
export function deadlineExceeded(timeoutMs: number): ConnectError {
  return noteFacts(new ConnectError(`no answer within ${timeoutMs} ms`, Code.DeadlineExceeded), TIMEOUT);
}

/** The error of an exchange that its caller gave up; a `ConnectError` given as the reason comes out as it is. */
export function canceled({ reason }: StopSignal): ConnectError {
  if (reason instanceof ConnectError) return reason;
  return canceledFor(reason, saidBy(reason));
}

/** The error of what was given up for any reason at all. */
export function canceledFor(reason: unknown, message: string): ConnectError {
  const error = new ConnectError(message, Code.Canceled, undefined, undefined, reason);
  return noteFacts(error, { reason: "canceled" });
}
