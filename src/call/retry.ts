import { explainError, type Failure } from "../errors/explain.js";
import { atLeast, maybeSentError, withFacts } from "../errors/facts.js";
import { defaults, type RetryOptions } from "../options.js";
import { ownOptions } from "./own-options.js";
import { markUnsent, type StopSignal, timeLeft } from "./stop.js";
import type { Unary } from "./unary.js";
import { sleep as sleepFor } from "./wait.js";

/** What decides about a retry: {@link RetryOptions} filled in. */
export type RetryPolicy = Required<Pick<RetryOptions, keyof typeof defaults.retry>>;

/** Fills in options; throws InvalidArgument for a number that makes no sense. */
export function retryPolicy(options: RetryOptions = {}): RetryPolicy {
  const {
    maxAttempts = defaults.retry.maxAttempts,
    initialDelayMs = defaults.retry.initialDelayMs,
    maxDelayMs = defaults.retry.maxDelayMs,
    ambiguous = defaults.retry.ambiguous,
  } = options;
  atLeast(1, "retry.maxAttempts", maxAttempts);
  atLeast(0, "retry.initialDelayMs", initialDelayMs);
  atLeast(0, "retry.maxDelayMs", maxDelayMs);
  return { maxAttempts, initialDelayMs, maxDelayMs, ambiguous };
}

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
  given?: RetryOptions,
  { random = Math.random, sleep = sleepFor }: RetryClock = {},
): Unary {
  const options = ownOptions(given);
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
          options.onRetry?.(count, failure, waitMs);
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
  return delivery === "maybe_sent" && ["unreachable", "rate_limited", "timeout"].includes(reason);
}
