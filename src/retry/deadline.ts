import { Code } from "@connectrpc/connect";
import { canceledFor, runUntil } from "../call/deadline.js";
import type { Endable } from "../call/drain.js";
import type { StopSignal } from "../call/stop.js";
import type { Unary } from "../call/unary.js";
import { notSentError } from "../errors/facts.js";

/** The time that a call has where neither it nor its client says, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 10_000;

/** The longest time that the eight digits of `grpc-timeout` can say in milliseconds: 27 hours. */
const MAX_TIMEOUT_MS = 99_999_999;

/**
 * Ends a call when its time is over (DeadlineExceeded) or its caller gives up
 * (Canceled, the signal's reason as `cause`), whatever the layers and the peer
 * underneath do about it: they get a `Stop` that tells them so, and nobody
 * waits for them. The time covers the whole call: tokens, waits and attempts.
 *
 * A call's own `timeoutMs` goes before the default; zero and less mean no
 * deadline, and that is what goes down, so that no default of the transport
 * steps in. More than 27 hours count as 27 hours. Anything that is not a number
 * is refused with InvalidArgument.
 *
 * @param calls holds the calls under way, for whoever may end them
 */
export function withDeadline(next: Unary, defaultTimeoutMs?: number, calls?: Set<Endable>): Unary {
  const defaultMs = wholeTimeoutMs(defaultTimeoutMs ?? DEFAULT_TIMEOUT_MS);
  return (method, signal, timeoutMs, header, input, contextValues) => {
    const limitMs = timeoutMs === undefined ? defaultMs : wholeTimeoutMs(timeoutMs);
    const timerMs = limitMs > 0 ? limitMs : undefined;
    return runUntil(
      signal,
      timerMs,
      canceledByCaller,
      (stop) => next(method, stop, limitMs, header, input, contextValues),
      calls,
    );
  };
}

function wholeTimeoutMs(timeoutMs: unknown): number {
  if (typeof timeoutMs !== "number" || Number.isNaN(timeoutMs)) {
    throw notSentError(
      `timeoutMs is ${String(timeoutMs)}; expected milliseconds, or 0 for no deadline`,
      Code.InvalidArgument,
      "invalid_request",
    );
  }
  return timeoutMs > 0 ? Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_MS) : 0;
}

function canceledByCaller({ reason }: StopSignal) {
  return canceledFor(reason, "the caller gave up the call");
}
