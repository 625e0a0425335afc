import { Code, ConnectError } from "@connectrpc/connect";
import { noteFacts, notSentError } from "../errors/facts.js";
import { Stop, type StopSignal } from "./stop.js";

/** What a timer can hold; later than that is never. */
export const MAX_TIMER_MS = 0x7fffffff;

/**
 * Runs an exchange that is over when the caller gives up or the time has
 * passed, whatever the peer or `run` does about it: the signal that it gets
 * tells it to stop, nobody waits for it. Without signal and time limit there
 * is nothing to watch, and it gets no signal.
 */
export function withDeadline<T>(
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
  run: (signal: StopSignal | undefined) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) {
    const { rawMessage, code } = canceled(signal);
    return Promise.reject(notSentError(rawMessage, code, "canceled", signal.reason));
  }
  if (signal === undefined && timeoutMs === undefined) return run(undefined);
  return new Promise((resolve, reject) => {
    const watch = new Watch(signal, timeoutMs, reject);
    run(watch).then(
      (value) => {
        watch.end();
        resolve(value);
      },
      (error) => {
        watch.end();
        reject(error);
      },
    );
  });
}

/**
 * Watches over one exchange: its own signal, its timer and its listener in one
 * object, because they are made for every call.
 */
class Watch extends Stop {
  readonly #signal: AbortSignal | undefined;
  readonly #reject: (error: ConnectError) => void;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    reject: (error: ConnectError) => void,
  ) {
    super();
    this.#signal = signal;
    this.#reject = reject;
    signal?.addEventListener("abort", this);
    if (timeoutMs !== undefined && timeoutMs <= MAX_TIMER_MS) {
      this.#timer = setTimeout(timedOut, timeoutMs, this, timeoutMs);
    }
  }

  /** The caller's signal aborted. */
  handleEvent(): void {
    if (this.#signal) this.fail(canceled(this.#signal));
  }

  fail(error: ConnectError): void {
    this.#reject(error);
    this.end();
    this.abort(error);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this);
  }
}

function timedOut(watch: Watch, timeoutMs: number): void {
  watch.fail(deadlineExceeded(timeoutMs));
}

/** The error of a call that its caller gave up; a `ConnectError` given as the reason comes out as it is. */
export function canceled({ reason }: StopSignal): ConnectError {
  if (reason instanceof ConnectError) return reason;
  const message = reason instanceof Error ? reason.message : String(reason);
  return new ConnectError(message, Code.Canceled, undefined, undefined, reason);
}

export function deadlineExceeded(timeoutMs: number): ConnectError {
  return noteFacts(new ConnectError(`no answer within ${timeoutMs} ms`, Code.DeadlineExceeded), {
    reason: "timeout",
    delivery: "maybe_sent",
  });
}
