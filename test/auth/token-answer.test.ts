import { Code } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { readTokenAnswer, type TokenAnswer } from "../../src/auth/token-answer.js";
import { factsOf } from "../../src/errors/facts.js";
import { caught } from "./caught.js";

const nowMs = Date.UTC(2026, 0, 1, 12);
const context = {
  issuer: "https://zitadel.example",
  grant: { secrets: ["hunter2"], advice: "check the key" },
  nowMs,
};

function answer(status: number, body: unknown, more: Partial<TokenAnswer> = {}): TokenAnswer {
  return {
    status,
    text: typeof body === "string" ? body : JSON.stringify(body),
    contentType: "application/json",
    location: undefined,
    date: undefined,
    retryAfter: undefined,
    ...more,
  };
}

describe("a token", () => {
  it("of a type that is no text is none", () => {
    const odd = answer(200, { access_token: "t", token_type: { toString: false } });
    expect(() => readTokenAnswer(odd, context)).toThrow(/not a bearer token/);
  });

  it.each([
    ["as ZITADEL answers", { token_type: "Bearer", expires_in: 43199, id_token: "x" }, 43_199_000],
    ["in other letters", { token_type: "bearer", expires_in: 60 }, 60_000],
    ["with its lifetime as text", { token_type: "Bearer", expires_in: "60" }, 60_000],
    ["that is over", { token_type: "Bearer", expires_in: 0 }, 0],
    ["without a lifetime", { token_type: "Bearer" }, Number.POSITIVE_INFINITY],
    ["with a lifetime that is none", { token_type: "Bearer", expires_in: null }, Number.POSITIVE_INFINITY],
    ["with one below zero", { token_type: "Bearer", expires_in: -1 }, 0],
    ["with one below zero as text", { token_type: "Bearer", expires_in: "-3600" }, 0],
    ["with one that is no number", { token_type: "Bearer", expires_in: "soon" }, Number.POSITIVE_INFINITY],
    ["with one that is too large", { token_type: "Bearer", expires_in: 1e308 }, Number.POSITIVE_INFINITY],
    ["without a type", {}, Number.POSITIVE_INFINITY],
  ])("%s", (_, fields, lifetimeMs) => {
    const read = readTokenAnswer(answer(200, { access_token: "abc", ...fields }), context);
    expect(read).toEqual({ token: "abc", lifetimeMs });
  });
});

describe("no token", () => {
  const unauthenticated = { code: Code.Unauthenticated, reason: "unauthenticated" };
  const foreign = { code: Code.Unauthenticated, reason: "not_supported" };
  const advised = (quoted: string) =>
    `https://zitadel.example refused the credential (${quoted}); check the key`;

  it.each<[string, TokenAnswer, { code: Code; reason: string; says: string | RegExp }]>([
    [
      "a refused assertion",
      answer(400, { error: "invalid_grant", error_description: "invalid assertion" }),
      { ...unauthenticated, says: advised("invalid_grant: invalid assertion") },
    ],
    [
      "an unknown client",
      answer(400, { error: "invalid_client", error_description: "client not found" }),
      { ...unauthenticated, says: advised("invalid_client: client not found") },
    ],
    [
      "a wrong secret, as ZITADEL names it",
      answer(400, { error: "invalid_request", error_description: "Errors.User.Machine.Secret.Invalid" }),
      { ...unauthenticated, says: advised("invalid_request: Errors.User.Machine.Secret.Invalid") },
    ],
    [
      "an error alone",
      answer(401, { error: "invalid_client" }),
      { ...unauthenticated, says: advised("invalid_client") },
    ],
    [
      "line breaks and a lot of text",
      answer(400, { error: "x", error_description: `a\r\n\u001b[31mb${"c".repeat(500)}` }),
      { ...unauthenticated, says: advised(`x: a [31mb${"c".repeat(200 - 7)}`) },
    ],
    [
      "an error that repeats the secret",
      answer(400, { error: "hunter2", error_description: "got hunter2" }),
      { ...unauthenticated, says: "https://zitadel.example refused the credential; check the key" },
    ],
    [
      "a clock that is ahead",
      answer(400, { error: "invalid_grant" }, { date: new Date(nowMs - 312_000).toUTCString() }),
      { ...unauthenticated, says: /clock is 312 s ahead of the server's: set it, or raise clockSkewMs$/ },
    ],
    [
      "a clock that is behind",
      answer(400, { error: "invalid_grant" }, { date: new Date(nowMs + 4_000_000).toUTCString() }),
      { ...unauthenticated, says: /clock is 4000 s behind the server's: set it, or raise clockSkewMs$/ },
    ],
    [
      "a clock that is right",
      answer(400, { error: "invalid_grant" }, { date: new Date(nowMs - 5_000).toUTCString() }),
      { ...unauthenticated, says: /check the key$/ },
    ],
    [
      "a date that is none",
      answer(400, { error: "invalid_grant" }, { date: "yesterday" }),
      { ...unauthenticated, says: /check the key$/ },
    ],
    [
      "another server",
      answer(404, "<html>not found</html>", { contentType: "text/html; charset=utf-8" }),
      {
        ...foreign,
        says: /HTTP 404, text\/html; charset=utf-8, and no token; is it the origin of your ZITADEL\?/,
      },
    ],
    [
      "a page in place of a token",
      answer(200, "<html>", { contentType: "text/html" }),
      { ...foreign, says: /HTTP 200, text\/html, and no token/ },
    ],
    [
      "a proxy that asks who one is",
      answer(403, "<html>", { contentType: "text/html" }),
      { ...unauthenticated, says: /HTTP 403, text\/html, and no token/ },
    ],
    [
      "http:// to a server in Go that speaks TLS",
      answer(400, "Client sent an HTTP request to an HTTPS server.\n", { contentType: undefined }),
      { ...foreign, says: /no token; it speaks TLS: begin with https:\/\/$/ },
    ],
    [
      "http:// to nginx that speaks TLS",
      answer(400, "<center>The plain HTTP request was sent to HTTPS port</center>", {
        contentType: "text/html",
      }),
      { ...foreign, says: /no token; it speaks TLS: begin with https:\/\/$/ },
    ],
    [
      "http:// to Apache that speaks TLS",
      answer(400, "You're speaking plain HTTP to an SSL-enabled server port.", { contentType: "text/html" }),
      { ...foreign, says: /no token; it speaks TLS: begin with https:\/\/$/ },
    ],
    [
      "an empty answer",
      answer(200, "", { contentType: undefined }),
      { ...foreign, says: /HTTP 200, no content type, and no token/ },
    ],
    ["JSON that is no object", answer(200, "[1]"), { ...foreign, says: /and no token/ }],
    ["JSON null", answer(200, "null"), { ...foreign, says: /and no token/ }],
    [
      "an error that is no text",
      answer(400, { error: { a: 1 } }),
      { ...foreign, says: /HTTP 400, application\/json, and no token/ },
    ],
    [
      "a token that is no text",
      answer(200, { access_token: 1 }),
      { ...unauthenticated, says: /is of type number; expected a string/ },
    ],
    [
      "a token that no header can hold",
      answer(200, { access_token: "a\nb" }),
      { ...unauthenticated, says: /holds a character/ },
    ],
    [
      "a token for signed requests",
      answer(200, { access_token: "a", token_type: "DPoP" }),
      { ...unauthenticated, says: /not a bearer token/ },
    ],
    [
      "a redirect",
      answer(307, "", { location: "https://other.example/login?code=1" }),
      { ...foreign, says: /redirects to https:\/\/other\.example, which is not followed/ },
    ],
    [
      "a redirect to nowhere",
      answer(302, "", { location: "//" }),
      { ...foreign, says: /redirects to another address/ },
    ],
    ["a redirect that a browser hides", answer(0, ""), { ...foreign, says: /redirects to another address/ }],
    [
      "an unknown instance",
      answer(404, "unable to set instance using origin: ID=QUERY-1kIjX Message=Instance not found.", {
        contentType: "text/plain",
      }),
      {
        code: Code.NotFound,
        reason: "instance_not_found",
        says: /no ZITADEL instance answers to https:\/\/zitadel\.example \(QUERY-1kIjX\)/,
      },
    ],
    [
      "a limit",
      answer(429, "slow down"),
      { code: Code.Unavailable, reason: "rate_limited", says: /limits requests for tokens \(HTTP 429\)/ },
    ],
    [
      "a server that fails",
      answer(500, "<html>"),
      { code: Code.Unavailable, reason: "server_error", says: /failed to issue a token \(HTTP 500\)/ },
    ],
    [
      "an edge that does not reach the server",
      answer(522, "<html>"),
      { code: Code.Unavailable, reason: "unreachable", says: /failed to issue a token \(HTTP 522\)/ },
    ],
    [
      "a proxy before a server that is away",
      answer(503, "<html>"),
      { code: Code.Unavailable, reason: "unreachable", says: /failed to issue a token \(HTTP 503\)/ },
    ],
  ])("%s", async (_, given, { code, reason, says }) => {
    const error = await caught(async () => readTokenAnswer(given, context));
    expect(error.code).toBe(code);
    expect(factsOf(error)).toMatchObject({ reason, delivery: "not_sent" });
    if (typeof says === "string") expect(error.rawMessage).toBe(says);
    else expect(error.rawMessage).toMatch(says);
    expect(error.message).not.toContain("hunter2");
  });

  it("tells the HTTP status and when to come back", async () => {
    const given = answer(429, "", { retryAfter: "7" });
    const error = await caught(async () => readTokenAnswer(given, context));
    expect(factsOf(error).httpStatus).toBe(429);
    expect(error.metadata.get("retry-after")).toBe("7");
  });
});
