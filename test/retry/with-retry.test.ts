import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test, vi } from "vitest";
import { withRetry } from "../../src/call/retry.js";
import { explainError, type Failure } from "../../src/errors/explain.js";
import { notSentError } from "../../src/errors/facts.js";
import type { RetryOptions } from "../../src/options.js";
import { callThrough, rejectionOf, type Step, scriptedUnary } from "./scripted-unary.js";
import { TestStop } from "./test-stop.js";

function fail(error: unknown) {
  return () => {
    throw error;
  };
}

const succeed = () => {};
const refuse = () => {
  throw notSentError("no connection", Code.Unavailable, "unreachable");
};
const breakOff = () => {
  throw new ConnectError("connection reset", Code.Unavailable);
};
const rateLimit = (retryAfter: string) =>
  fail(new ConnectError("HTTP 429", Code.Unavailable, { "retry-after": retryAfter }));

/** A clock that only moves when somebody waits, or when told to. */
function testClock(random = 0.5) {
  let nowMs = 1000;
  const waits: number[] = [];
  const pass = (ms: number) => {
    nowMs += ms;
  };
  const sleep = async (ms: number) => {
    waits.push(ms);
    pass(ms);
  };
  /** What tells of a call that began at the start and has this much time. */
  const stopAfter = (timeoutMs: number) => new TestStop(() => 1000 + timeoutMs - nowMs);
  return { clock: { random: () => random, sleep }, waits, pass, stopAfter };
}

function retrying(script: readonly Step[], options?: RetryOptions, random?: number) {
  const { unary, attempts } = scriptedUnary(...script);
  const { clock, ...time } = testClock(random);
  return { unary: withRetry(unary, options, clock), attempts, ...time };
}

describe("repeats", () => {
  test("what was certainly not processed, until it works", async () => {
    const { unary, attempts, waits } = retrying([refuse, refuse, succeed]);
    await callThrough(unary);
    expect(attempts).toHaveLength(3);
    expect(waits).toEqual([125, 250]);
  });

  test("as often as allowed, then fails with the last failure", async () => {
    const { unary, attempts, waits } = retrying([refuse], { maxAttempts: 3 });
    expect(explainError(await rejectionOf(callThrough(unary)))).toMatchObject({
      reason: "unreachable",
      delivery: "not_sent",
    });
    expect(attempts).toHaveLength(3);
    expect(waits).toHaveLength(2);
  });

  test("nothing that may have been sent", async () => {
    const { unary, attempts } = retrying([breakOff]);
    expect(explainError(await rejectionOf(callThrough(unary))).delivery).toBe("maybe_sent");
    expect(attempts).toHaveLength(1);
  });

  test("that too, when the caller wants it, and says so for the whole call", async () => {
    const { unary, attempts } = retrying([breakOff, refuse, refuse], { ambiguous: true, maxAttempts: 3 });
    const failure = explainError(await rejectionOf(callThrough(unary)));
    expect(failure).toMatchObject({ reason: "unreachable", delivery: "maybe_sent", retryable: false });
    expect(attempts).toHaveLength(3);
  });

  test("a refusal after an attempt that may have been sent still says that one may have been", async () => {
    const refusal = new ConnectError("", Code.FailedPrecondition, { "grpc-status": "9" });
    const { unary } = retrying([breakOff, fail(refusal)], { ambiguous: true });
    expect(explainError(await rejectionOf(callThrough(unary)))).toMatchObject({
      reason: "failed_precondition",
      delivery: "maybe_sent",
    });
  });

  test("a refused stream at once, the first time", async () => {
    const refusedStream = new ConnectError(
      "http/2 stream closed with error code REFUSED_STREAM (0x7)",
      Code.Unavailable,
    );
    const { unary, waits } = retrying([fail(refusedStream), fail(refusedStream), succeed]);
    await callThrough(unary);
    expect(waits).toEqual([250]);
  });

  test("after the time that the server asked for", async () => {
    const { unary, waits } = retrying([rateLimit("3"), rateLimit("2"), succeed]);
    await callThrough(unary, undefined, 10_000);
    expect(waits).toEqual([3000, 2000]);
  });
});

describe("within the deadline", () => {
  test("each attempt gets the time that is left", async () => {
    const { unary, attempts, pass, stopAfter } = retrying([
      () => {
        pass(100.4);
        refuse();
      },
      refuse,
      succeed,
    ]);
    await callThrough(unary, stopAfter(1000), 1000);
    // 1000, less 100.4 and a wait of 125, less a wait of 250; in whole milliseconds.
    expect(attempts.map(({ timeoutMs }) => timeoutMs)).toEqual([1000, 775, 525]);
  });

  test.each([[undefined], [0], [-5]])("none: %s is handed down as it is", async (timeoutMs) => {
    const { unary, attempts } = retrying([refuse, succeed]);
    await callThrough(unary, undefined, timeoutMs);
    expect(attempts.map((attempt) => attempt.timeoutMs)).toEqual([timeoutMs, timeoutMs]);
  });

  test("a wait that would end past it does not start", async () => {
    const { unary, attempts, waits, stopAfter } = retrying([refuse], {}, 1);
    const call = callThrough(unary, stopAfter(700), 700);
    expect(explainError(await rejectionOf(call)).reason).toBe("unreachable");
    expect(waits).toEqual([250]);
    expect(attempts).toHaveLength(2);
  });

  test("a Retry-After past it is reported at once", async () => {
    const { unary, attempts, waits, stopAfter } = retrying([rateLimit("60")]);
    const failure = explainError(await rejectionOf(callThrough(unary, stopAfter(10_000), 10_000)));
    expect(failure).toMatchObject({ reason: "rate_limited", delivery: "not_sent", retryAfterMs: 60_000 });
    expect(attempts).toHaveLength(1);
    expect(waits).toEqual([]);
  });
});

describe("the budget", () => {
  test("is 100 retries, however many calls; each success gives one back", async () => {
    let works = false;
    const { unary, attempts } = retrying([() => (works ? undefined : refuse())]);
    for (let n = 0; n < 50; n++) await rejectionOf(callThrough(unary));
    expect(attempts).toHaveLength(50 + 100);
    await rejectionOf(callThrough(unary));
    expect(attempts).toHaveLength(151);

    works = true;
    await callThrough(unary);
    await callThrough(unary);
    works = false;
    await rejectionOf(callThrough(unary));
    // Two successes, their two retries, and the call itself.
    expect(attempts).toHaveLength(151 + 2 + 3);
  });

  test("does not grow beyond 100", async () => {
    let works = true;
    const { unary, attempts } = retrying([() => (works ? undefined : refuse())]);
    for (let n = 0; n < 500; n++) await callThrough(unary);
    works = false;
    for (let n = 0; n < 50; n++) await rejectionOf(callThrough(unary));
    expect(attempts).toHaveLength(500 + 50 + 100);
  });
});

describe("onRetry", () => {
  test("hears of each repetition before its wait", async () => {
    const heard: [number, Failure["reason"], number][] = [];
    const onRetry = (attempt: number, { reason }: Failure, waitMs: number) =>
      void heard.push([attempt, reason, waitMs]);
    const { unary } = retrying([refuse, refuse, succeed], { onRetry });
    await callThrough(unary);
    expect(heard).toEqual([
      [1, "unreachable", 125],
      [2, "unreachable", 250],
    ]);
  });

  test("ends the call by throwing, which says nothing of the mail", async () => {
    const stop = new Error("enough");
    const { unary, attempts } = retrying([refuse], { onRetry: fail(stop) });
    const error = await rejectionOf(callThrough(unary));
    expect(error).toMatchObject({ cause: stop });
    expect(explainError(error)).toMatchObject({ reason: "unknown", delivery: "not_sent" });
    expect(attempts).toHaveLength(1);
  });
});

describe("the wait", () => {
  test("ends with the signal, and leaves no timer and no listener", async () => {
    vi.useFakeTimers();
    try {
      const { unary, attempts } = scriptedUnary(refuse);
      const controller = new AbortController();
      const removed = vi.spyOn(controller.signal, "removeEventListener");
      const call = rejectionOf(callThrough(withRetry(unary, {}, { random: () => 0.5 }), controller.signal));
      await vi.advanceTimersByTimeAsync(0);
      expect(vi.getTimerCount()).toBe(1);
      const reason = new Error("gone");
      controller.abort(reason);
      expect(await call).toBe(reason);
      expect(vi.getTimerCount()).toBe(0);
      expect(removed).toHaveBeenCalledOnce();
      expect(attempts).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test("longer than a timer can hold does not end at once", async () => {
    vi.useFakeTimers();
    try {
      const { unary, attempts } = scriptedUnary(rateLimit("99999999"), succeed);
      const call = callThrough(withRetry(unary));
      await vi.advanceTimersByTimeAsync(86_400_000);
      expect(attempts).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(0x7fffffff);
      await call;
      expect(attempts).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

test("errors that are no ConnectError pass through as they are", async () => {
  const odd = Object.freeze({ odd: true });
  const { unary } = retrying([fail(odd)]);
  expect(await rejectionOf(callThrough(unary))).toBe(odd);
});
