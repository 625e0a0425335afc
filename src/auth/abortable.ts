import { Code, ConnectError } from "@connectrpc/connect";
import type { StopSignal } from "../call/stop.js";
import { notSentError } from "../errors/facts.js";

/** Waits for a promise, but no longer than until the signal: what is waited for goes on without this caller. */
export async function abortable<T>(work: Promise<T>, signal: StopSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortError(signal));
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** The call ended while it still waited for its credential, so it was never sent. */
function abortError(signal: StopSignal): ConnectError {
  const reason: unknown = signal.reason;
  const timedOut =
    reason instanceof ConnectError
      ? reason.code === Code.DeadlineExceeded
      : reason instanceof Error && reason.name === "TimeoutError";
  return timedOut
    ? notSentError("the deadline passed before there was a token", Code.DeadlineExceeded, "timeout", reason)
    : notSentError("canceled before there was a token", Code.Canceled, "canceled", reason);
}
