import { getEventListeners } from "node:events";
import {
  Code,
  ConnectError,
  createContextKey,
  createContextValues,
  type Interceptor,
} from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { personalAccessToken } from "../../src/auth/personal-access-token.js";
import { explainError } from "../../src/errors/explain.js";
import { notSentError } from "../../src/errors/facts.js";
import { createResendClient, type ResendClientOptions } from "../../src/web/index.js";
import { rejectionOf, type Step, scriptedUnary } from "../retry/scripted-unary.js";

const refuse = () => {
  throw notSentError("no connection", Code.Unavailable, "unreachable");
};
const succeed = () => {};
const never = () => new Promise(() => {});

function clientOn(steps: readonly Step[], options: Partial<ResendClientOptions> = {}) {
  const { unary, attempts } = scriptedUnary(...steps);
  const transport = { unary, stream: () => Promise.reject(new Error("no streams")) };
  return { client: createResendClient({ ...options, transport }), attempts };
}

const request = { userId: "1" };

describe("interceptors", () => {
  test("see a call once, outermost first, whatever is repeated underneath, and never its credential", async () => {
    const seen: string[] = [];
    const watch =
      (name: string): Interceptor =>
      (next) =>
      async (request) => {
        seen.push(
          `${name} ${request.url} ${request.header.get("authorization")} ${request.header.get("x-zitadel-orgid")}`,
        );
        const response = await next(request);
        seen.push(`${name} done`);
        return response;
      };
    const { client, attempts } = clientOn([refuse, succeed], {
      interceptors: [watch("outer"), watch("inner")],
      auth: personalAccessToken("secret"),
      orgId: "7",
      retry: { initialDelayMs: 0 },
    });
    await client.resendHumanInitialization(request);
    const url = "https://transport.invalid/zitadel.management.v1.ManagementService/ResendHumanInitialization";
    expect(seen).toEqual([`outer ${url} null 7`, `inner ${url} null 7`, "inner done", "outer done"]);
    expect(attempts).toHaveLength(2);
  });

  test("see the method under baseUrl", async () => {
    const urls: string[] = [];
    const interceptor: Interceptor = () => async (request) => {
      urls.push(request.url);
      throw new ConnectError("seen", Code.Aborted);
    };
    const client = createResendClient({ baseUrl: "https://zitadel.test/base/", interceptors: [interceptor] });
    await rejectionOf(client.resendHumanInitialization(request));
    expect(urls).toEqual([
      "https://zitadel.test/base/zitadel.management.v1.ManagementService/ResendHumanInitialization",
    ]);
  });

  test("are not the wire's, too", async () => {
    let [intercepted, sent] = [0, 0];
    const interceptor: Interceptor = (next) => (request) => {
      intercepted++;
      return next(request);
    };
    const fetch = async () => {
      sent++;
      throw Object.assign(new TypeError("fetch failed"), { code: "ECONNREFUSED" });
    };
    const retry = { maxAttempts: 3, initialDelayMs: 0 };
    const client = createResendClient({
      baseUrl: "https://zitadel.test",
      fetch,
      retry,
      interceptors: [interceptor],
    });
    await rejectionOf(client.resendHumanInitialization(request));
    expect([intercepted, sent]).toEqual([1, 3]);
  });

  test("can change the request, and its context values arrive", async () => {
    const key = createContextKey("none");
    const values: string[] = [];
    const interceptor: Interceptor = (next) => (request) => {
      values.push(request.contextValues.get(key));
      request.header.set("x-zitadel-orgid", "8");
      return next(request);
    };
    const { client, attempts } = clientOn([succeed], { interceptors: [interceptor] });
    await client.resendHumanInitialization(request, {
      contextValues: createContextValues().set(key, "some"),
    });
    expect(values).toEqual(["some"]);
    expect(new Headers(attempts[0]?.header).get("x-zitadel-orgid")).toBe("8");
  });

  test("leave errors as they are, also those of a call that its caller gave up", async () => {
    const interceptors: Interceptor[] = [(next) => (request) => next(request)];
    const failed = clientOn([refuse], { interceptors, retry: false });
    const error = await rejectionOf(failed.client.resendHumanInitialization(request));
    expect(explainError(error)).toMatchObject({ reason: "unreachable", delivery: "not_sent" });

    const controller = new AbortController();
    const { client } = clientOn([() => controller.abort(), never], { interceptors });
    const canceled = await rejectionOf(
      client.resendHumanInitialization(request, { signal: controller.signal }),
    );
    expect(ConnectError.from(canceled).cause).toBe(controller.signal.reason);
    expect(explainError(canceled)).toMatchObject({ code: Code.Canceled, reason: "canceled" });
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test("that fail behind a call that went well do not make it unsent", async () => {
    const audit: Interceptor = (next) => async (request) => {
      await next(request);
      throw new ConnectError("no such topic", Code.NotFound);
    };
    const { client } = clientOn([succeed], { interceptors: [audit] });
    const error = await rejectionOf(client.resendHumanInitialization(request));
    expect(explainError(error)).toMatchObject({ code: Code.NotFound, delivery: "maybe_sent" });
  });

  test("that throw, on the spot or later, fail the call and leave no listener", async () => {
    const { signal } = new AbortController();
    const onTheSpot: Interceptor = () => () => {
      throw new Error("mine");
    };
    const later: Interceptor = () => async () => {
      throw new Error("mine");
    };
    for (const interceptor of [onTheSpot, later]) {
      const { client, attempts } = clientOn([succeed], { interceptors: [interceptor] });
      const error = await rejectionOf(client.resendHumanInitialization(request, { signal }));
      expect(error).toBeInstanceOf(ConnectError);
      expect(String(error)).toContain("mine");
      expect(attempts).toHaveLength(0);
    }
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("time", () => {
  test.each([
    ["10 seconds where nobody says", {}, {}, 10_000],
    ["the client's", { timeoutMs: 700 }, {}, 700],
    ["the call's", { timeoutMs: 700 }, { timeoutMs: 70 }, 70],
    ["none", { timeoutMs: 0 }, {}, 0],
  ])("%s", async (_, options, call, expectedMs) => {
    const { client, attempts } = clientOn([succeed], options);
    await client.resendHumanInitialization(request, call);
    expect(attempts[0]?.timeoutMs).toBe(expectedMs);
  });

  test("a transport's defaultTimeoutMs is the client's where that has none", async () => {
    const fetch = () => new Promise<Response>(() => {});
    const client = createResendClient({ baseUrl: "https://zitadel.test", defaultTimeoutMs: 5, fetch });
    const error = await rejectionOf(client.resendHumanInitialization(request));
    expect(explainError(error).reason).toBe("timeout");
    expect(String(error)).toContain("5 ms");
  });

  test("is over even while the token does not come, and then nothing was sent", async () => {
    const auth = personalAccessToken(() => new Promise<string>(() => {}));
    const { client, attempts } = clientOn([succeed], { auth, timeoutMs: 5 });
    const error = await rejectionOf(client.resendHumanInitialization(request));
    expect(explainError(error)).toMatchObject({ code: Code.DeadlineExceeded, delivery: "not_sent" });
    expect(attempts).toHaveLength(0);
  });
});

describe("header fields that HTTP does not allow", () => {
  test.each([
    [{ headers: { "bad name": "x" } }, /header field "bad name"/],
    [{ headers: { "x-a": "✓" } }, /header field "x-a"/],
    [{ orgId: "ü✓" }, /header field "x-zitadel-orgid"/],
  ])("are refused, and named: %o", async (call, message) => {
    const { client, attempts } = clientOn([succeed]);
    const error = await rejectionOf(client.resendHumanInitialization(request, call));
    expect(String(error)).toMatch(message);
    expect(explainError(error)).toMatchObject({ reason: "invalid_request", delivery: "not_sent" });
    expect(attempts).toHaveLength(0);
  });
});

test.each(["", " ", JSON.parse("69629012906488334")])(
  "an organisation that would be another one, or the caller's own, is refused: %j",
  async (orgId) => {
    const { client, attempts } = clientOn([succeed], { orgId: "7" });
    const error = await rejectionOf(client.resendHumanInitialization(request, { orgId }));
    expect(String(error)).toMatch(/orgId is empty or no text/);
    expect(explainError(error)).toMatchObject({ reason: "invalid_request", delivery: "not_sent" });
    expect(attempts).toHaveLength(0);
  },
);

test("a transport that throws anything still gives a ConnectError, and what went before counts", async () => {
  const fails = (code: string) => () => {
    throw Object.assign(new Error(code), { code });
  };
  const { client, attempts } = clientOn([fails("ECONNRESET"), fails("ECONNREFUSED")], {
    retry: { ambiguous: true, maxAttempts: 2, initialDelayMs: 0 },
  });
  const error = await rejectionOf(client.resendHumanInitialization(request));
  expect(error).toBeInstanceOf(ConnectError);
  expect(explainError(error)).toMatchObject({ reason: "unreachable", delivery: "maybe_sent" });
  expect(attempts).toHaveLength(2);
});

describe("retry", () => {
  test.each([
    ["by default", {}, 4],
    ["as often as told", { retry: { maxAttempts: 2, initialDelayMs: 0 } }, 2],
    ["not at all", { retry: false as const }, 1],
  ])("%s", async (_, options, count) => {
    const { client, attempts } = clientOn([refuse], options);
    await rejectionOf(client.resendHumanInitialization(request));
    expect(attempts).toHaveLength(count);
  });

  test("each client has a budget of its own", async () => {
    const retry = { initialDelayMs: 0 };
    const first = clientOn([refuse], { retry });
    for (let n = 0; n < 60; n++) await rejectionOf(first.client.resendHumanInitialization(request));
    expect(first.attempts).toHaveLength(60 + 100);
    const second = clientOn([refuse], { retry });
    await rejectionOf(second.client.resendHumanInitialization(request));
    expect(second.attempts).toHaveLength(4);
  });

  test("a token that cannot be had for now is tried again, and nothing was sent", async () => {
    const tokens: (() => string)[] = [refuse, refuse, () => "token"];
    const auth = () => async () => tokens.shift()?.() ?? "";
    const { client, attempts } = clientOn([succeed], { auth, retry: { initialDelayMs: 0 } });
    await client.resendHumanInitialization(request);
    expect(attempts).toHaveLength(1);
  });
});

describe("options that make no sense are refused when the client is made", () => {
  test.each([
    [{ orgId: "" }, /orgId is empty/],
    [{ orgId: " \t\r\n" }, /orgId is empty/],
    [{ timeoutMs: Number.NaN }, /timeoutMs is NaN/],
    [{ retry: { maxAttempts: 0 } }, /retry.maxAttempts is 0/],
  ])("%o", (options, message) => {
    expect(() => clientOn([], options)).toThrow(message);
  });
});
