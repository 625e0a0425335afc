import { Code } from "@connectrpc/connect";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { retryPolicy, retryWaitMs } from "../../src/call/retry.js";
import type { Failure } from "../../src/errors/explain.js";
import type { Delivery, Reason } from "../../src/errors/verdict.js";
import { defaults } from "../../src/options.js";

function failure(reason: Reason, delivery: Delivery, retryAfterMs?: number): Failure {
  const retryable = delivery === "not_sent" && (reason === "unreachable" || reason === "rate_limited");
  return {
    reason,
    delivery,
    retryable,
    code: Code.Unavailable,
    hint: "",
    summary: "",
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

const refused = failure("unreachable", "not_sent");
const policy = retryPolicy();

describe("by default", () => {
  test.each([
    ["the first failure", refused, 1, 250],
    ["the second", refused, 2, 500],
    ["the third", refused, 3, 1000],
    ["the fourth and last", refused, 4, undefined],
    ["a refused stream", failure("unreachable", "not_sent", 0), 1, 0],
    ["a stream that is refused again", failure("unreachable", "not_sent", 0), 2, 500],
    ["a rate limit that says when", failure("rate_limited", "not_sent", 7000), 2, 7000],
    ["a rate limit that says much later", failure("rate_limited", "not_sent", 3_600_000), 1, 3_600_000],
    ["a rate limit that does not say when", failure("rate_limited", "not_sent"), 2, 500],
    ["a broken connection", failure("unreachable", "maybe_sent"), 1, undefined],
    ["HTTP 503 with Retry-After", failure("unreachable", "maybe_sent", 1000), 1, undefined],
    ["a timeout", failure("timeout", "maybe_sent"), 1, undefined],
    ["a timeout before anything was sent", failure("timeout", "not_sent"), 1, undefined],
    ["a refusal", failure("already_initialized", "not_sent"), 1, undefined],
    ["a server error", failure("server_error", "maybe_sent"), 1, undefined],
    ["a used-up quota", failure("quota_exhausted", "not_sent"), 1, undefined],
  ])("%s", (_, failed, attempt, most) => {
    const atMost = retryWaitMs(failed, attempt, 1, policy);
    expect(atMost).toBe(most);
  });
});

describe("with ambiguous: true, also what may have been sent", () => {
  const policy = retryPolicy({ ambiguous: true });
  test.each([
    [failure("unreachable", "maybe_sent"), 250],
    [failure("timeout", "maybe_sent"), 250],
    [failure("rate_limited", "maybe_sent"), 250],
    [failure("server_error", "maybe_sent"), undefined],
    [failure("canceled", "maybe_sent"), undefined],
    [failure("unknown", "maybe_sent"), undefined],
    [failure("not_supported", "maybe_sent"), undefined],
    [failure("invalid_request", "not_sent"), undefined],
    [refused, 250],
  ])("%o", (failed, most) => expect(retryWaitMs(failed, 1, 1, policy)).toBe(most));
});

test("the wait is spread evenly from nothing to its most, which doubles up to the limit", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.nat(10_000),
      fc.nat(100_000),
      (attempt, random, initialDelayMs, maxDelayMs) => {
        const policy = retryPolicy({ maxAttempts: 100, initialDelayMs, maxDelayMs });
        const most = Math.min(maxDelayMs, initialDelayMs * 2 ** (attempt - 1));
        expect(retryWaitMs(refused, attempt, random, policy)).toBe(random * most);
      },
    ),
  );
});

describe("options", () => {
  test("policy", () => {
    expect(retryPolicy()).toEqual({
      maxAttempts: 4,
      initialDelayMs: 250,
      maxDelayMs: 8000,
      ambiguous: false,
    });
    expect(retryPolicy({})).toEqual(defaults.retry);
    expect(retryPolicy(JSON.parse("{}"))).toEqual(defaults.retry);
    expect(retryPolicy(Object.assign(Object.create(null), { maxAttempts: undefined }))).toEqual(
      defaults.retry,
    );
  });

  test.each([
    [{ maxAttempts: 0 }, /retry.maxAttempts is 0; expected a number from 1 up/],
    [{ maxAttempts: Number.NaN }, /retry.maxAttempts is NaN/],
    [{ initialDelayMs: -1 }, /retry.initialDelayMs is -1/],
    [{ maxDelayMs: Number.NaN }, /retry.maxDelayMs is NaN/],
  ])("%o is refused", (options, message) => expect(() => retryPolicy(options)).toThrow(message));
});
