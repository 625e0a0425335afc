import { markUnsent, type StopSignal, timeLeft } from "../call/stop.js";
import type { Unary } from "../call/unary.js";
import { explainError } from "../errors/explain.js";
import { maybeSentError, withFacts } from "../errors/facts.js";
import { type RetryOptions, retryPolicy } from "./retry-options.js";
import { retryWaitMs } from "./retry-wait.js";
import { sleep as sleepFor } from "./sleep.js";

/** Retries that a client may be ahead of its successes (after gRFC A6, "Throttling Retry Attempts"). */
const BUDGET = 100;

/** Time and chance, so that tests can set them. */
export interface RetryClock {
  /** A number from 0 up to 1. @default Math.random */
  readonly random?: () => number;
  /** Waits, and rejects when the signal is aborted. */
  readonly sleep?: (ms: number, signal: StopSignal | undefined) => Promise<void>;
}

/**
 * Repeats calls that failed without having been processed, within the time that
 * they have. Each retry takes one from a budget that each success fills again:
 * while a server is down, its clients do not multiply their calls.
 */
export function withRetry(
  next: Unary,
  options?: RetryOptions,
  { random = Math.random, sleep = sleepFor }: RetryClock = {},
): Unary {
  const policy = retryPolicy(options);
  let budget = BUDGET;
  const refill = <Response>(response: Response): Response => {
    budget = Math.min(BUDGET, budget + 1);
    return response;
  };
  const repeat = <Response>(
    send: () => Promise<Response>,
    signal: StopSignal | undefined,
  ): Promise<Response> => {
    let maybeSent = false;
    const attempt = (count: number): Promise<Response> =>
      send().then(refill, async (error) => {
        const failure = explainError(error);
        // What went before counts for the whole call.
        const told = maybeSent ? maybeSentError(error, true) : error;
        maybeSent ||= failure.delivery === "maybe_sent";
        const waitMs = retryWaitMs(failure, count, random(), policy);
        const leftMs = timeLeft(signal, Number.POSITIVE_INFINITY);
        if (waitMs === undefined || budget === 0 || signal?.aborted || waitMs >= leftMs) throw told;
        budget--;
        if (!maybeSent) markUnsent(signal);
        try {
          options?.onRetry?.(count, failure, waitMs);
        } catch (thrown) {
          throw withFacts(thrown, { reason: "unknown", delivery: maybeSent ? "maybe_sent" : "not_sent" });
        }
        if (waitMs > 0) await sleep(waitMs, signal);
        return attempt(count + 1);
      });
    return attempt(1);
  };
  return (method, signal, timeoutMs, header, input, contextValues) =>
    repeat(() => next(method, signal, timeoutMs, header, input, contextValues), signal);
}
