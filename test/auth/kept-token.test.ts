import { describe, expect, it } from "vitest";
import { type IssuedToken, keptToken } from "../../src/auth/kept-token.js";

/** Requests that the test answers by hand. */
function byHand(isOwn = true) {
  const open: PromiseWithResolvers<IssuedToken>[] = [];
  const clock = { nowMs: 0 };
  const credential = keptToken(
    30_000,
    () => clock.nowMs,
    isOwn,
    () => {
      const one = withResolvers<IssuedToken>();
      open.push(one);
      return one.promise;
    },
  );
  const call = async (refused?: string, header?: HeadersInit) =>
    credential(header && new Headers(header), refused);
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

  it("asks again where a request is older than it may be, and lets no late answer replace a newer one", async () => {
    const { open, clock, call } = byHand();
    const first = call();
    clock.nowMs = 30_000;
    const second = call();
    expect(open).toHaveLength(1);
    clock.nowMs = 30_001;
    const third = call();
    expect(open).toHaveLength(2);
    open[1]?.resolve({ token: "new", untilMs: 90_000 });
    expect(await third).toBe("new");
    open[0]?.resolve({ token: "old", untilMs: 90_000 });
    expect(await Promise.all([first, second])).toEqual(["old", "old"]);
    expect(await call()).toBe("new");
  });

  it.each(["host", "x-forwarded-host", "x-zitadel-instance-host", "x-zitadel-public-host", "forwarded"])(
    "is for one instance, as %s names it",
    async (field) => {
      const { open, call } = byHand();
      const token = call(undefined, { [field]: "a.test" });
      open[0]?.resolve({ token: "a", untilMs: 10 });
      expect(await token).toBe("a");
      expect(await call(undefined, { [field]: "a.test", "x-other": "b" })).toBe("a");
      void call(undefined, { [field]: "b.test" });
      void call();
      expect(open).toHaveLength(3);
    },
  );

  it("is for all calls where their fields do not go to the issuer", async () => {
    const { open, call } = byHand(false);
    void call(undefined, { host: "a.test" });
    void call(undefined, { host: "b.test" });
    expect(open).toHaveLength(1);
  });
});
