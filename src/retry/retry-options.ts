import type { Failure } from "../errors/explain.js";
import { atLeast } from "../errors/facts.js";

/** When a failed call is repeated, and when it is given up. */
export interface RetryOptions {
  /**
   * How often a call is tried, the first time included; 1 means never again.
   *
   * @default 4
   */
  readonly maxAttempts?: number;

  /**
   * Longest wait before the first repetition, in milliseconds; it doubles with
   * each further one. The wait is random between nothing and this ("full
   * jitter"), so that clients do not come back all at once.
   *
   * @default 250
   */
  readonly initialDelayMs?: number;

  /**
   * Where the doubling ends, in milliseconds. It does not cut short what a
   * server asks for with `Retry-After`.
   *
   * @default 8000
   */
  readonly maxDelayMs?: number;

  /**
   * Also repeats failures after which a mail may have gone out: broken
   * connections, HTTP 502, 503 and 504. Each repetition that arrives sends
   * another mail and makes the link in the one before useless.
   *
   * @default false
   */
  readonly ambiguous?: boolean;

  /**
   * Called before each wait with the number of the attempt that failed, from 1,
   * why it did, and the wait in milliseconds. What it throws ends the call.
   *
   * @default nothing is called
   */
  readonly onRetry?: (attempt: number, failure: Failure, waitMs: number) => void;
}

/** What {@link RetryOptions} are where they are not given. */
export const retryDefaults = {
  maxAttempts: 4,
  initialDelayMs: 250,
  maxDelayMs: 8000,
  ambiguous: false,
} as const;

/** What decides about a retry: {@link RetryOptions} filled in. */
export type RetryPolicy = Required<Pick<RetryOptions, keyof typeof retryDefaults>>;

/** Fills in options; throws InvalidArgument for a number that makes no sense. */
export function retryPolicy(options: RetryOptions = {}): RetryPolicy {
  const {
    maxAttempts = retryDefaults.maxAttempts,
    initialDelayMs = retryDefaults.initialDelayMs,
    maxDelayMs = retryDefaults.maxDelayMs,
    ambiguous = retryDefaults.ambiguous,
  } = options;
  atLeast(1, "retry.maxAttempts", maxAttempts);
  atLeast(0, "retry.initialDelayMs", initialDelayMs);
  atLeast(0, "retry.maxDelayMs", maxDelayMs);
  return { maxAttempts, initialDelayMs, maxDelayMs, ambiguous };
}
