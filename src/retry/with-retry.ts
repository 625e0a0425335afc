import { ConnectError } from "@connectrpc/connect";
import { markUnsent, type StopSignal } from "../call/stop.js";
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
  const refill = <Response>(response: Response): Response => {
    budget = Math.min(BUDGET, budget + 1);
    return response;
  };
  const repeat = <Response>(
    send: (leftMs: number | undefined) => Promise<Response>,
    signal: StopSignal | undefined,
    timeoutMs: number | undefined,
  ): Promise<Response> => {
    const deadlineMs = timeoutMs && timeoutMs > 0 ? now() + timeoutMs : Number.POSITIVE_INFINITY;
    let maybeSent = false;
    const attempt = (count: number, leftMs: number | undefined): Promise<Response> =>
      send(leftMs).then(refill, async (error) => {
        const failure = explainError(error);
        // What went before counts for the whole call.
        if (maybeSent && error instanceof ConnectError) noteFacts(error, { delivery: "maybe_sent" });
        maybeSent ||= failure.delivery === "maybe_sent";
        const waitMs = retryWaitMs(failure, count, random(), policy);
        if (waitMs === undefined || budget === 0 || signal?.aborted || now() + waitMs >= deadlineMs)
          throw error;
        budget--;
        if (!maybeSent) markUnsent(signal);
        options?.onRetry?.(count, failure, waitMs);
        if (waitMs > 0) await sleep(waitMs, signal);
        // Whole milliseconds, at least one: 0 would mean that there is no deadline.
        const isLimited = deadlineMs !== Number.POSITIVE_INFINITY;
        return attempt(count + 1, isLimited ? Math.max(1, Math.ceil(deadlineMs - now())) : leftMs);
      });
    return attempt(1, timeoutMs);
  };
  return (method, signal, timeoutMs, header, input, contextValues) =>
    repeat((leftMs) => next(method, signal, leftMs, header, input, contextValues), signal, timeoutMs);
}
