import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { IssuedToken } from "../../src/auth/token-request.js";
import { keptToken } from "../../src/auth/token-source.js";

const STALE_MS = 5_000;

/** Requests that the test answers by hand. */
function byHand() {
  const open: PromiseWithResolvers<IssuedToken>[] = [];
  const clock = { nowMs: 0 };
  const credential = keptToken(
    () => {
      const one = withResolvers<IssuedToken>();
      open.push(one);
      return one.promise;
    },
    () => clock.nowMs,
    STALE_MS,
  );
  const call = async (refused?: string) => credential(new Headers(), refused);
  return { open, clock, call };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe("keptToken", () => {
  it("asks once for a thousand calls, and not again for the next thousand", async () => {
    const { open, call } = byHand();
    const calls = Array.from({ length: 1000 }, () => call());
    expect(open).toHaveLength(1);
    open[0]?.resolve({ token: "a", untilMs: 1 });
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["a"]));
    await Promise.all(Array.from({ length: 1000 }, () => call()));
    expect(open).toHaveLength(1);
  });

  it("keeps a token until its time is over, to the millisecond", async () => {
    const { open, clock, call } = byHand();
    const first = call();
    open[0]?.resolve({ token: "a", untilMs: 1000 });
    await first;
    clock.nowMs = 999;
    expect(await call()).toBe("a");
    clock.nowMs = 1000;
    const second = call();
    expect(open).toHaveLength(2);
    open[1]?.resolve({ token: "b", untilMs: 2000 });
    expect(await second).toBe("b");
  });

  it("fails those that wait, and not the next call", async () => {
    const { open, call } = byHand();
    const waiting = [call(), call(), call()];
    const failure = new Error("no");
    open[0]?.reject(failure);
    for (const one of waiting) await expect(one).rejects.toBe(failure);
    const next = call();
    expect(open).toHaveLength(2);
    open[1]?.resolve({ token: "b", untilMs: 1 });
    expect(await next).toBe("b");
  });

  it("gives a token that is over already to those that wait for it, and to nobody else", async () => {
    const { open, call } = byHand();
    const waiting = [call(), call()];
    open[0]?.resolve({ token: "a", untilMs: 0 });
    expect(await Promise.all(waiting)).toEqual(["a", "a"]);
    void call();
    expect(open).toHaveLength(2);
  });

  it("replaces a token once however many calls it was refused to, late ones too", async () => {
    const { open, call } = byHand();
    const first = call();
    open[0]?.resolve({ token: "a", untilMs: 1 });
    await first;
    const refused = Array.from({ length: 100 }, () => call("a"));
    const fresh = call();
    expect(open).toHaveLength(2);
    open[1]?.resolve({ token: "b", untilMs: 1 });
    expect(new Set(await Promise.all([...refused, fresh]))).toEqual(new Set(["b"]));
    expect(await call("a")).toBe("b");
    expect(open).toHaveLength(2);
  });

  it("does not go back to a refused token when its renewal fails", async () => {
    const { open, call } = byHand();
    const first = call();
    open[0]?.resolve({ token: "a", untilMs: 1 });
    await first;
    const refused = call("a");
    open[1]?.reject(new Error("no"));
    await expect(refused).rejects.toThrow("no");
    void call();
    expect(open).toHaveLength(3);
  });

  describe("and a request that never ends", () => {
    it.each([
      ["is old", STALE_MS],
      ["was made in what is now the future", -1],
    ])("that %s: the next call makes another one, for those that come then", async (_, laterMs) => {
      const { open, clock, call } = byHand();
      void call();
      clock.nowMs = laterMs;
      const later = [call(), call()];
      expect(open).toHaveLength(2);
      open[1]?.resolve({ token: "b", untilMs: 10_000 });
      expect(await Promise.all(later)).toEqual(["b", "b"]);
      expect(await call()).toBe("b");
      expect(open).toHaveLength(2);
    });

    it("that is not old yet is waited for", () => {
      const { open, clock, call } = byHand();
      void call();
      clock.nowMs = STALE_MS - 1;
      void call();
      expect(open).toHaveLength(1);
    });

    describe("holds those that wait for it no longer", () => {
      beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
      afterEach(() => void vi.useRealTimers());

      it("than until it is old, however the clock stands", async () => {
        const { open, call } = byHand();
        void call();
        const waiting = [call(), call()];
        await vi.advanceTimersByTimeAsync(STALE_MS - 1);
        expect(open).toHaveLength(1);
        await vi.advanceTimersByTimeAsync(1);
        expect(open).toHaveLength(2);
        open[1]?.resolve({ token: "b", untilMs: 1 });
        expect(await Promise.all(waiting)).toEqual(["b", "b"]);
      });

      it("but gives them its token if it is the first to come", async () => {
        const { open, call } = byHand();
        void call();
        const waiting = call();
        await vi.advanceTimersByTimeAsync(STALE_MS);
        open[0]?.resolve({ token: "a", untilMs: 1 });
        expect(await waiting).toBe("a");
      });

      it("and leaves no timer behind", async () => {
        const { open, call } = byHand();
        void call();
        const waiting = [call(), call()];
        expect(vi.getTimerCount()).toBe(2);
        open[0]?.resolve({ token: "a", untilMs: 1 });
        await Promise.all(waiting);
        expect(vi.getTimerCount()).toBe(0);
      });
    });

    it("until late: its token does not take the place of a newer one", async () => {
      const { open, clock, call } = byHand();
      const first = call();
      clock.nowMs = STALE_MS;
      const second = call();
      open[1]?.resolve({ token: "newer", untilMs: 10_000 });
      expect(await second).toBe("newer");
      open[0]?.resolve({ token: "older", untilMs: 10_000 });
      expect(await first).toBe("older");
      expect(await call()).toBe("newer");
    });

    it("until late: its token is used while the newer one is under way, and does not end that", async () => {
      const { open, clock, call } = byHand();
      const first = call();
      clock.nowMs = STALE_MS;
      const second = call();
      open[0]?.resolve({ token: "older", untilMs: 10_000 });
      expect(await first).toBe("older");
      expect(await call()).toBe("older");
      const renewed = call("older");
      expect(open).toHaveLength(2);
      open[1]?.resolve({ token: "newer", untilMs: 10_000 });
      expect(await Promise.all([second, renewed])).toEqual(["newer", "newer"]);
    });
  });
});
