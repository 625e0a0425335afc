import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { personalAccessToken } from "../../src/auth/personal-access-token.js";
import { type AuthSettings, withAuth } from "../../src/auth/with-auth.js";
import { withDeadline } from "../../src/call/deadline.js";
import { markSent, type StopSignal, timeLeft } from "../../src/call/stop.js";
import { type Unary, unaryOf } from "../../src/call/unary.js";
import type { Auth } from "../../src/credential.js";
import { factsOf } from "../../src/errors/facts.js";
import { networkError } from "../../src/http/network-error.js";
import { TestStop } from "../retry/test-stop.js";
import { caught } from "./caught.js";

const method = ManagementService.method.resendHumanInitialization;

/** What a wire was given. */
interface Sent {
  readonly authorization: string | null;
  readonly timeoutMs: number | undefined;
}

const server = createRouterTransport(({ service }) => {
  service(ManagementService, { resendHumanInitialization: () => ({}) });
});

/** A wire that notes what it gets and answers as told. */
function wire(answer: (sent: Sent) => Promise<void> | void = () => {}) {
  const sent: Sent[] = [];
  const next: Unary = async (method, signal, timeoutMs, header, input) => {
    const one = {
      authorization: new Headers(header).get("authorization"),
      timeoutMs: timeLeft(signal, timeoutMs),
    };
    sent.push(one);
    markSent(signal);
    await answer(one);
    return unaryOf(server)(method, signal, undefined, header, input);
  };
  return { sent, next };
}

const settings: AuthSettings = {
  baseUrl: new URL("https://zitadel.example"),
  http: () => Promise.reject(new Error("no network here")),
  networkError,
};

function layer(next: Unary, auth: Auth | undefined, more: Partial<AuthSettings> = {}) {
  const unary = withAuth(next, { auth, ...settings, ...more });
  return async (call: { header?: HeadersInit; signal?: StopSignal; timeoutMs?: number } = {}) =>
    unary(method, call.signal, call.timeoutMs, call.header, {});
}

const refuse = (token: string) => (sent: Sent) => {
  if (sent.authorization === `Bearer ${token}`) throw new ConnectError("refused", Code.Unauthenticated);
};

describe("the header", () => {
  it("is set on each attempt, afresh", async () => {
    const { sent, next } = wire();
    let turn = 0;
    const call = layer(
      next,
      personalAccessToken(() => `t${++turn}`),
    );
    await call();
    await call({ header: { "x-other": "1" } });
    expect(sent.map(({ authorization }) => authorization)).toEqual(["Bearer t1", "Bearer t2"]);
  });

  it("does not change the caller's own headers", async () => {
    const { next } = wire();
    const header = new Headers({ "x-other": "1" });
    await layer(next, personalAccessToken("t"))({ header });
    expect([...header]).toEqual([["x-other", "1"]]);
  });

  it("of the call goes in place of the client's, and is not renewed", async () => {
    const { sent, next } = wire(refuse("mine"));
    let asked = 0;
    const call = layer(
      next,
      personalAccessToken(() => {
        asked += 1;
        return "theirs";
      }),
    );
    const error = await caught(() => call({ header: { Authorization: "Bearer mine" } }));
    expect(error.code).toBe(Code.Unauthenticated);
    expect(sent.map(({ authorization }) => authorization)).toEqual(["Bearer mine"]);
    expect(asked).toBe(0);
  });

  it("of the call may be of another scheme", async () => {
    const { sent, next } = wire();
    await layer(next, undefined)({ header: { authorization: "Basic dTpw" } });
    expect(sent[0]?.authorization).toBe("Basic dTpw");
  });

  it("never holds two", async () => {
    const { sent, next } = wire();
    const header = new Headers({ authorization: "Bearer one" });
    header.append("authorization", "Bearer two");
    const error = await caught(() => layer(next, personalAccessToken("t"))({ header }));
    expect(error.rawMessage).toMatch(/^the token in the authorization header holds a character/);
    expect(sent).toEqual([]);
  });

  it("is missing where there is no credential", async () => {
    const { sent, next } = wire();
    await layer(next, undefined)();
    expect(sent[0]?.authorization).toBeNull();
  });
});

describe("a token that the server refuses", () => {
  it("is replaced once, and the call repeated once", async () => {
    const { sent, next } = wire(refuse("old"));
    const tokens = ["old", "new"];
    await layer(
      next,
      personalAccessToken(() => tokens.shift() ?? "none"),
    )();
    expect(sent.map(({ authorization }) => authorization)).toEqual(["Bearer old", "Bearer new"]);
  });

  it("is replaced once only", async () => {
    const { sent, next } = wire(() => {
      throw new ConnectError("refused", Code.Unauthenticated);
    });
    let turn = 0;
    const error = await caught(
      layer(
        next,
        personalAccessToken(() => `t${++turn}`),
      ),
    );
    expect(error).toMatchObject({ code: Code.Unauthenticated, rawMessage: "refused" });
    expect(sent).toHaveLength(2);
  });

  it.each([
    ["a text", "same"],
    ["a function that gives the same again", () => "same"],
  ])("is final for %s", async (_, token) => {
    const refusal = new ConnectError("refused", Code.Unauthenticated);
    const { sent, next } = wire(() => Promise.reject(refusal));
    expect(await caught(layer(next, personalAccessToken(token)))).toBe(refusal);
    expect(sent).toHaveLength(1);
  });

  it("is told apart from any other failure", async () => {
    const codes = Object.values(Code).filter((code): code is Code => typeof code === "number");
    expect(codes).toHaveLength(16);
    for (const code of codes.filter((code) => code !== Code.Unauthenticated)) {
      const { sent, next } = wire(() => Promise.reject(new ConnectError("no", code)));
      let turn = 0;
      const error = await caught(
        layer(
          next,
          personalAccessToken(() => `t${++turn}`),
        ),
      );
      expect(error.code).toBe(code);
      expect(sent).toHaveLength(1);
    }
  });

  it("explains why it could not be replaced", async () => {
    const { next } = wire(refuse("old"));
    const tokens = ["old"];
    const error = await caught(
      layer(
        next,
        personalAccessToken(() => tokens.shift() ?? ""),
      ),
    );
    expect(error.rawMessage).toBe("what the function passed to personalAccessToken gave is empty");
  });
});

describe("time", () => {
  it("that the token took is taken off the attempt's", async () => {
    const clock = { nowMs: 0.4 };
    const { sent, next } = wire((one) => {
      clock.nowMs += 300;
      refuse("t1")(one);
    });
    let turn = 0;
    const auth = personalAccessToken(() => {
      clock.nowMs += 100;
      return `t${++turn}`;
    });
    const signal = new TestStop(() => 1000 - clock.nowMs);
    await layer(next, auth)({ signal, timeoutMs: 1000 });
    expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([900, 500]);
  });

  it("that has no limit stays without one", async () => {
    const { sent, next } = wire();
    await layer(next, personalAccessToken("t"))();
    expect(sent[0]?.timeoutMs).toBeUndefined();
  });
});

describe("a call that ends while it waits for a token", () => {
  const never = () => new Promise<string>(() => {});

  /** Under the deadline, which is what ends a call. */
  const ending = (next: Unary, timeoutMs: number, signal?: AbortSignal, token = never) => {
    const unary = withDeadline(withAuth(next, { ...settings, auth: personalAccessToken(token) }), timeoutMs);
    return unary(method, signal, undefined, undefined, {});
  };

  it("is cancelled", async () => {
    const { sent, next } = wire();
    const reason = new Error("enough");
    const stop = new AbortController();
    const error = caught(() => ending(next, 0, stop.signal));
    stop.abort(reason);
    expect(await error).toMatchObject({ code: Code.Canceled, cause: reason });
    expect(factsOf(await error)).toEqual({ reason: "canceled", delivery: "not_sent" });
    expect(sent).toEqual([]);
  });

  it("runs out of time", async () => {
    const { sent, next } = wire();
    const error = await caught(() => ending(next, 5));
    expect(error.code).toBe(Code.DeadlineExceeded);
    expect(factsOf(error)).toEqual({ reason: "timeout", delivery: "not_sent" });
    expect(sent).toEqual([]);
  });

  it("runs out of time while a refused one is renewed: the refusal was certain", async () => {
    const { sent, next } = wire(refuse("t1"));
    const tokens = [async () => "t1", never];
    const error = await caught(() => ending(next, 5, undefined, () => tokens.shift()?.() ?? never()));
    expect(factsOf(error)).toEqual({ reason: "timeout", delivery: "not_sent" });
    expect(sent).toHaveLength(1);
  });

  it("was over before", async () => {
    const { sent, next } = wire();
    const error = await caught(() => ending(next, 0, AbortSignal.abort()));
    expect(error.code).toBe(Code.Canceled);
    expect(sent).toEqual([]);
  });

  it("leaves nothing behind on its signal", async () => {
    const listeners = new Set<unknown>();
    const { signal } = new AbortController();
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...[type, listener, options]: Parameters<typeof addEventListener>) => {
      listeners.add(listener);
      addEventListener.call(signal, type, listener, options);
    };
    signal.removeEventListener = (...[type, listener]: Parameters<typeof removeEventListener>) => {
      listeners.delete(listener);
      removeEventListener.call(signal, type, listener);
    };
    const { next } = wire();
    await layer(
      next,
      personalAccessToken(async () => "t"),
    )({ signal });
    expect(listeners.size).toBe(0);
  });
});

describe("personalAccessToken", () => {
  it("refuses a text at once", () => {
    expect(() => personalAccessToken("Bearer abc")).toThrow(
      'the personal access token starts with "Bearer"; pass the token alone',
    );
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("vault");
      },
    ],
    ["rejects", async () => Promise.reject(new Error("vault"))],
  ])("names the error of a function that %s", async (_, token) => {
    const { sent, next } = wire();
    const error = await caught(layer(next, personalAccessToken(token)));
    expect(error).toMatchObject({ code: Code.Unauthenticated, cause: { message: "vault" } });
    expect(factsOf(error)).toEqual({ reason: "unauthenticated", delivery: "not_sent" });
    expect(sent).toEqual([]);
  });
});
