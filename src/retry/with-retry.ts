import { ConnectError } from "@connectrpc/connect";
import type { StopSignal } from "../call/stop.js";
import type { Unary } from "../call/unary.js";
import { explainError } from "../errors/explain.js";
import { noteFacts } from "../errors/facts.js";
import { type RetryOptions, retryPolicy } from "./retry-options.js";
import { retryWaitMs } from "./retry-wait.js";
import { sleep as sleepFor } from "./sleep.js";

/** Retries that a client may be ahead of its successes (after gRFC A6, "Throttling Retry Attempts"). */
const BUDGET = 100;

/** Time and chance, so that tests can set them. */
export interface RetryClock {
  /** A number from 0 up to 1. @default Math.random */
  readonly random?: () => number;
  /** A time that never goes back, in milliseconds. @default performance.now */
  readonly now?: () => number;
  /** Waits, and rejects when the signal is aborted. */
  readonly sleep?: (ms: number, signal: StopSignal | undefined) => Promise<void>;
}

/**
 * Repeats calls that failed without having been processed, within the time that
 * they have. Each attempt gets the time that is left. Each retry takes one from
 * a budget that each success fills again: while a server is down, its clients
 * do not multiply their calls.
 */
export function withRetry(
  next: Unary,
  options?: RetryOptions,
  { random = Math.random, now = () => performance.now(), sleep = sleepFor }: RetryClock = {},
): Unary {
  const policy = retryPolicy(options);
  let budget = BUDGET;
  return async (method, signal, timeoutMs, header, input, contextValues) => {
    const deadline = timeoutMs && timeoutMs > 0 ? now() + timeoutMs : Number.POSITIVE_INFINITY;
    let leftMs = timeoutMs;
    let maybeSent = false;
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await next(method, signal, leftMs, header, input, contextValues);
        budget = Math.min(BUDGET, budget + 1);
        return response;
      } catch (error) {
        const failure = explainError(error);
        // What went before counts for the whole call.
        if (maybeSent && error instanceof ConnectError) noteFacts(error, { delivery: "maybe_sent" });
        maybeSent ||= failure.delivery === "maybe_sent";
        const waitMs = retryWaitMs(failure, attempt, random(), policy);
        if (waitMs === undefined || budget === 0 || signal?.aborted || now() + waitMs >= deadline)
          throw error;
        budget--;
        options?.onRetry?.(attempt, failure, waitMs);
        if (waitMs > 0) await sleep(waitMs, signal);
        if (deadline !== Number.POSITIVE_INFINITY) {
          // Whole milliseconds, at least one: 0 would mean that there is no deadline.
          leftMs = Math.max(1, Math.ceil(deadline - now()));
        }
      }
    }
  };
}
