import { getEventListeners } from "node:events";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withDeadline } from "../../src/call/deadline.js";
import { withRetry } from "../../src/call/retry.js";
import type { Unary } from "../../src/call/unary.js";
import { explainError } from "../../src/errors/explain.js";
import { notSentError } from "../../src/errors/facts.js";
import { callThrough, rejectionOf, scriptedUnary } from "./scripted-unary.js";

const never = () => new Promise(() => {});
const succeed = () => {};
const refuse = () => {
  throw notSentError("no connection", Code.Unavailable, "unreachable");
};

/** Both ends of the deadline, with layers in between. */
function stack(
  wire: Unary,
  { timeoutMs, between = (next) => next }: { timeoutMs?: number; between?: (next: Unary) => Unary } = {},
) {
  return withDeadline(between(wire), timeoutMs);
}

/** A layer that waits for something before it hands the call down, as for a token. */
function waitingFor(ready: Promise<unknown>) {
  return (next: Unary): Unary =>
    async (...call) => {
      await ready;
      return next(...call);
    };
}

function withReject() {
  let reject = (_: Error) => {};
  const promise = new Promise<never>((_, no) => {
    reject = no;
  });
  return { promise, reject };
}

const unhandled = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  process.on("unhandledRejection", unhandled);
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

describe("the time", () => {
  test.each([
    ["the default", undefined, undefined, 10_000],
    ["the client's", 700, undefined, 700],
    ["the call's, shorter", 700, 50, 50],
    ["the call's, longer", 700, 5000, 5000],
    ["a part of a millisecond", undefined, 0.2, 1],
    ["more than a timer holds", undefined, 0x80000000, 99_999_999],
    ["for ever", undefined, Number.POSITIVE_INFINITY, 99_999_999],
  ])("%s", async (_, clientMs, callMs, expectedMs) => {
    const { unary, attempts } = scriptedUnary(never);
    const layered = stack(unary, clientMs === undefined ? {} : { timeoutMs: clientMs });
    const settled = vi.fn();
    const call = rejectionOf(callThrough(layered, undefined, callMs)).then((error) => {
      settled();
      return error;
    });
    await vi.advanceTimersByTimeAsync(expectedMs - 1);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(explainError(await call)).toMatchObject({
      code: Code.DeadlineExceeded,
      reason: "timeout",
      delivery: "maybe_sent",
      retryable: false,
    });
    expect(attempts[0]?.timeoutMs).toBe(expectedMs);
    expect(attempts[0]?.signal?.aborted).toBe(true);
  });

  test.each([[0], [-1], [Number.NEGATIVE_INFINITY]])(
    "%s means no deadline, also for the transport",
    async (timeoutMs) => {
      const { unary, attempts } = scriptedUnary(never);
      const controller = new AbortController();
      const call = rejectionOf(callThrough(stack(unary), controller.signal, timeoutMs));
      await vi.advanceTimersByTimeAsync(1e9);
      expect(vi.getTimerCount()).toBe(0);
      expect(attempts[0]).toMatchObject({ timeoutMs: 0 });
      controller.abort();
      expect(explainError(await call).reason).toBe("canceled");
    },
  );

  test.each([[Number.NaN], ["5000"], [null]])("%j is refused, here and at a client's start", async (bad) => {
    const { unary, attempts } = scriptedUnary(succeed);
    const timeoutMs: number = JSON.parse(JSON.stringify({ bad })).bad ?? Number.NaN;
    const error = await rejectionOf(callThrough(stack(unary), undefined, timeoutMs));
    expect(explainError(error)).toMatchObject({ code: Code.InvalidArgument, delivery: "not_sent" });
    expect(attempts).toHaveLength(0);
    expect(() => stack(unary, { timeoutMs })).toThrow(/timeoutMs is .*; expected milliseconds/);
  });
});

describe("settles", () => {
  test("with what comes in time", async () => {
    await callThrough(stack(scriptedUnary(succeed).unary), new AbortController().signal);
    const failure = new ConnectError("no", Code.NotFound);
    const failing = scriptedUnary(() => {
      throw failure;
    });
    expect(await rejectionOf(callThrough(stack(failing.unary)))).toBe(failure);
  });

  test("when a layer underneath throws instead of rejecting", async () => {
    const thrown = new Error("at once");
    const broken: Unary = () => {
      throw thrown;
    };
    expect(await rejectionOf(callThrough(withDeadline(broken)))).toBe(thrown);
  });

  test("and what comes too late is dropped", async () => {
    const { promise, reject } = withReject();
    const late = () => promise;
    const call = rejectionOf(callThrough(stack(scriptedUnary(late).unary), undefined, 10));
    await vi.advanceTimersByTimeAsync(10);
    await call;
    reject(new Error("late"));
    await vi.advanceTimersByTimeAsync(1);
  });
});

describe("canceled", () => {
  test.each([
    ["an error", new Error("left")],
    ["the reason that the platform makes", undefined],
    ["a text", "left"],
    ["a timeout of the caller's own", new DOMException("slow", "TimeoutError")],
    ["a ConnectError with another code", new ConnectError("down", Code.Unavailable)],
  ])("by the caller, with %s as the cause", async (_, reason) => {
    const controller = new AbortController();
    const { unary, attempts } = scriptedUnary(never);
    const call = rejectionOf(callThrough(stack(unary), controller.signal));
    await vi.advanceTimersByTimeAsync(5);
    controller.abort(reason);
    const error = await call;
    expect(error).toBeInstanceOf(ConnectError);
    expect(ConnectError.from(error).cause).toBe(controller.signal.reason);
    expect(explainError(error)).toMatchObject({
      code: Code.Canceled,
      reason: "canceled",
      delivery: "maybe_sent",
      retryable: false,
    });
    expect(attempts[0]?.signal?.aborted).toBe(true);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test("before it began: nothing is sent", async () => {
    const { unary, attempts } = scriptedUnary(succeed);
    const reason = new Error("left");
    const error = await rejectionOf(callThrough(stack(unary), AbortSignal.abort(reason)));
    expect(explainError(error)).toMatchObject({ code: Code.Canceled, delivery: "not_sent" });
    expect(ConnectError.from(error).cause).toBe(reason);
    expect(attempts).toHaveLength(0);
  });
});

describe("whether a mail may be out when the time is over", () => {
  async function deliveryAfter(layered: Unary) {
    const call = rejectionOf(callThrough(layered, undefined, 100));
    await vi.advanceTimersByTimeAsync(100);
    return explainError(await call).delivery;
  }

  test("not while there is no token", async () => {
    const { unary, attempts } = scriptedUnary(succeed);
    expect(await deliveryAfter(stack(unary, { between: waitingFor(new Promise(() => {})) }))).toBe(
      "not_sent",
    );
    expect(attempts).toHaveLength(0);
  });

  test("not while it waits after an attempt that was certainly not processed", async () => {
    const sleep = () => new Promise<void>(() => {});
    const between = (next: Unary) => withRetry(next, {}, { random: () => 0.1, sleep });
    expect(await deliveryAfter(stack(scriptedUnary(refuse).unary, { between }))).toBe("not_sent");
  });

  test("perhaps while an attempt is under way, also a later one", async () => {
    const between = (next: Unary) => withRetry(next, {}, { random: () => 0.1 });
    expect(await deliveryAfter(stack(scriptedUnary(never).unary))).toBe("maybe_sent");
    expect(await deliveryAfter(stack(scriptedUnary(refuse, never).unary, { between }))).toBe("maybe_sent");
  });

  test("perhaps for ever after an attempt of which nobody knows", async () => {
    const breakOff = () => {
      throw new ConnectError("reset", Code.Unavailable);
    };
    const sleep = vi.fn(() => new Promise<void>(() => {})).mockResolvedValueOnce(undefined);
    const between = (next: Unary) => withRetry(next, { ambiguous: true }, { random: () => 0.1, sleep });
    expect(await deliveryAfter(stack(scriptedUnary(breakOff, refuse).unary, { between }))).toBe("maybe_sent");
  });
});

describe("leaves nothing behind", () => {
  test("the caller's signal has no more listeners after 10,000 calls", async () => {
    vi.useRealTimers();
    const { signal } = new AbortController();
    const fails = scriptedUnary(() => {
      throw new ConnectError("no", Code.NotFound);
    });
    const works = stack(scriptedUnary(succeed).unary, { between: (next) => withRetry(next) });
    const broken = stack(fails.unary, { between: (next) => withRetry(next) });
    for (let n = 0; n < 5000; n++) {
      await callThrough(works, signal);
      await rejectionOf(callThrough(broken, signal));
      if (n % 1000 === 0) expect(getEventListeners(signal, "abort")).toEqual([]);
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length).toBeLessThan(10);
    vi.useFakeTimers();
  });
});
