import type { Failure } from "../errors/explain.js";
import type { RetryPolicy } from "./retry-options.js";

/**
 * How long to wait before the next attempt, in milliseconds; undefined: there
 * is none. Pure.
 *
 * @param attempt the one that failed, from 1
 * @param random from 0 up to 1
 */
export function retryWaitMs(
  failure: Failure,
  attempt: number,
  random: number,
  { maxAttempts, initialDelayMs, maxDelayMs, ambiguous }: RetryPolicy,
): number | undefined {
  if (attempt >= maxAttempts) return undefined;
  if (!failure.retryable && !(ambiguous && isAmbiguous(failure))) return undefined;
  const { retryAfterMs } = failure;
  // At once only the first time: a server that goes on refusing needs a rest.
  if (retryAfterMs === 0 && attempt === 1) return 0;
  // The server's own time gets no jitter.
  if (retryAfterMs) return retryAfterMs;
  return random * Math.min(maxDelayMs, initialDelayMs * 2 ** (attempt - 1));
}

/** Whether a failure may pass, but may also have sent a mail. */
function isAmbiguous({ delivery, reason }: Failure): boolean {
  return (
    delivery === "maybe_sent" &&
    (reason === "unreachable" || reason === "rate_limited" || reason === "timeout")
  );
}
