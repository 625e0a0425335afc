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
    const inner = new Stop();
    const stop = (error: ConnectError) => {
      reject(error);
      settled();
      inner.abort(error);
    };
    const onAbort = () => signal && stop(canceled(signal));
    const timer =
      timeoutMs === undefined || timeoutMs > MAX_TIMER_MS
        ? undefined
        : setTimeout(() => stop(deadlineExceeded(timeoutMs)), timeoutMs);
    const settled = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    signal?.addEventListener("abort", onAbort);
    run(inner).then(
      (value) => {
        settled();
        resolve(value);
      },
      (error) => {
        settled();
        reject(error);
      },
    );
  });
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
