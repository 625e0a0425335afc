import { once } from "node:events";
import { Code } from "@connectrpc/connect";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { type ClientCredentials, clientCredentials } from "../../src/auth/client-credentials.js";
import { serviceAccountKey } from "../../src/auth/service-account-key.js";
import type { TokenOptions } from "../../src/auth/token-source.js";
import type { Auth, AuthHost } from "../../src/credential.js";
import { factsOf } from "../../src/errors/facts.js";
import { caught } from "./caught.js";
import { hostOf } from "./host.js";
import { account, pkcs8 } from "./service-account.js";
import { issuesTokens, type Received, type Script, sendJson, startTokenEndpoint } from "./token-endpoint.js";

const client: ClientCredentials = { clientId: "bot", clientSecret: "hunter2" };

async function tokenFrom(auth: Auth, host: AuthHost, header?: HeadersInit): Promise<string> {
  return auth(host)(new Headers(header));
}

async function requestFor(auth: Auth, header?: HeadersInit): Promise<Received & { readonly issuer: string }> {
  await using endpoint = await startTokenEndpoint(issuesTokens());
  expect(await tokenFrom(auth, hostOf(endpoint.url), header)).toBe("token-1");
  expect(endpoint.received).toHaveLength(1);
  const [received] = endpoint.received;
  if (received === undefined) throw new Error("nothing was received");
  return { ...received, issuer: endpoint.url };
}

const scope = "openid urn:zitadel:iam:org:project:id:zitadel:aud";

describe("a request with a service account key", () => {
  const nowS = Date.UTC(2026, 0, 1) / 1000;

  it("is what ZITADEL asks for", async () => {
    const { method, path, headers, form, issuer } = await requestFor(serviceAccountKey(account.key));
    expect(`${method} ${path}`).toBe("POST /oauth/v2/token");
    expect(headers).toMatchObject({
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
    });
    expect(headers.authorization).toBeUndefined();
    const { assertion = "", ...rest } = Object.fromEntries(form);
    expect(rest).toEqual({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", scope });
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: "RS256", kid: account.key.keyId });
    const { userId } = account.key;
    const claims = {
      ...{ iss: userId, sub: userId, aud: issuer, iat: nowS - 60, exp: nowS + 300 },
      jti: expect.any(String),
    };
    const verified = await jwtVerify(assertion, account.publicKey, { currentDate: new Date(nowS * 1000) });
    expect(verified.payload).toEqual(claims);
  });

  it.each([
    ["text", JSON.stringify(account.key)],
    ["a PKCS#8 key", { ...account.key, key: pkcs8(account.key.key ?? "") }],
  ])("takes %s", async (_, key) => {
    const { form } = await requestFor(serviceAccountKey(key));
    await jwtVerify(form.get("assertion") ?? "", account.publicKey, { currentDate: new Date(nowS * 1000) });
  });

  it("keeps its own copy of the key", async () => {
    const key = { ...account.key };
    const auth = serviceAccountKey(key);
    key.userId = "somebody else";
    const { form } = await requestFor(auth);
    expect(decodeJwt(form.get("assertion") ?? "").sub).toBe(account.key.userId);
  });

  it.each([
    [0, 300],
    [300_000, 300],
    [300_001, 300],
    [301_000, 301],
    [1_800_000, 1800],
  ])(
    "is good from clockSkewMs ago on, and for 5 minutes or clockSkewMs: %i",
    async (clockSkewMs, goodForS) => {
      const { form } = await requestFor(serviceAccountKey(account.key, { clockSkewMs }));
      const { iat = 0, exp = 0 } = decodeJwt(form.get("assertion") ?? "");
      expect(iat).toBe(Math.floor(nowS - clockSkewMs / 1000));
      expect(exp).toBe(nowS + goodForS);
      expect(exp - iat).toBeLessThanOrEqual(3600);
    },
  );

  it("goes to the issuer of the option, and names it", async () => {
    await using endpoint = await startTokenEndpoint(issuesTokens());
    const auth = serviceAccountKey(account.key, { issuer: `${endpoint.url}/`, scope: "one two" });
    await tokenFrom(auth, hostOf("https://zitadel.example"));
    const form = endpoint.received[0]?.form;
    expect(form?.get("scope")).toBe("one two");
    expect(decodeJwt(form?.get("assertion") ?? "").aud).toBe(endpoint.url);
  });
});

describe("a request with client credentials", () => {
  it("is what RFC 6749 says", async () => {
    const { headers, form } = await requestFor(clientCredentials(client));
    expect(Object.fromEntries(form)).toEqual({ grant_type: "client_credentials", scope });
    expect(headers.authorization).toBe(`Basic ${Buffer.from("bot:hunter2").toString("base64")}`);
  });

  it("escapes what would be taken for something else", async () => {
    const { headers } = await requestFor(clientCredentials({ clientId: "bot:1", clientSecret: "a b+c%é:&" }));
    const basic = Buffer.from(headers.authorization?.slice("Basic ".length) ?? "", "base64").toString();
    expect(basic).toBe("bot%3A1:a+b%2Bc%25%C3%A9%3A%26");
  });
});

it("carries the call's headers, but not those that are the call's alone", async () => {
  const { headers, form } = await requestFor(clientCredentials(client), {
    "x-zitadel-instance-host": "zitadel.example",
    "cf-access-client-id": "1",
    authorization: "Bearer other",
    "content-type": "application/json",
    "x-zitadel-orgid": "2",
  });
  expect(headers).toMatchObject({ "x-zitadel-instance-host": "zitadel.example", "cf-access-client-id": "1" });
  expect(headers.authorization).toMatch(/^Basic /);
  expect(headers["content-type"]).toBe("application/x-www-form-urlencoded");
  expect(headers["x-zitadel-orgid"]).toBeUndefined();
  expect(form.get("grant_type")).toBe("client_credentials");
});

describe("a token", () => {
  it.each([
    [3600, 3600 - 60],
    [43199, 43199 - 60],
    [100, 90],
    [1, 0.9],
  ])("that is valid for %i s is used for %i s", async (expiresInS, usedS) => {
    await using endpoint = await startTokenEndpoint(issuesTokens(expiresInS));
    const clock = { nowMs: 1_000_000 };
    const credential = clientCredentials(client)(hostOf(endpoint.url, clock));
    expect(await credential(new Headers())).toBe("token-1");
    clock.nowMs += usedS * 1000 - 1;
    expect(await credential(new Headers())).toBe("token-1");
    clock.nowMs += 1;
    expect(await credential(new Headers())).toBe("token-2");
  });

  it("is asked for once by a thousand calls, and once more by a thousand refusals", async () => {
    await using endpoint = await startTokenEndpoint(issuesTokens());
    const credential = clientCredentials(client)(hostOf(endpoint.url));
    const calls = Array.from({ length: 1000 }, async () => credential(new Headers()));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["token-1"]));
    const refused = Array.from({ length: 1000 }, async () => credential(new Headers(), "token-1"));
    expect(new Set(await Promise.all(refused))).toEqual(new Set(["token-2"]));
    expect(endpoint.received).toHaveLength(2);
  });

  it("belongs to one client, however many use the credential", async () => {
    await using one = await startTokenEndpoint(issuesTokens());
    await using other = await startTokenEndpoint(issuesTokens());
    const auth = serviceAccountKey(account.key);
    await Promise.all([tokenFrom(auth, hostOf(one.url)), tokenFrom(auth, hostOf(other.url))]);
    const audiences = [one, other].map(
      ({ received }) => decodeJwt(received[0]?.form.get("assertion") ?? "").aud,
    );
    expect(audiences).toEqual([one.url, other.url]);
  });
});

describe("no token", () => {
  async function failureOf(script: Script, options?: TokenOptions) {
    await using endpoint = await startTokenEndpoint(script);
    const error = await caught(() => tokenFrom(clientCredentials(client, options), hostOf(endpoint.url)));
    return { error, received: endpoint.received, url: endpoint.url };
  }
  const unreachable = { reason: "unreachable", delivery: "not_sent" };

  it("when nobody listens: with the network's own error as the cause", async () => {
    const endpoint = await startTokenEndpoint(issuesTokens());
    await endpoint[Symbol.asyncDispose]();
    const error = await caught(() => tokenFrom(clientCredentials(client), hostOf(endpoint.url)));
    expect(error).toMatchObject({ code: Code.Unavailable, cause: { cause: { code: "ECONNREFUSED" } } });
    const { host } = new URL(endpoint.url);
    expect(error.rawMessage).toMatch(`no token: no connection to ${host}: check baseUrl, DNS, and that the`);
    expect(factsOf(error)).toEqual(unreachable);
  });

  it("when the connection breaks off", async () => {
    const { error } = await failureOf((_, response) => {
      response.writeHead(200, { "content-length": 100 }).write("{");
      setImmediate(() => response.destroy());
    });
    expect(error.code).toBe(Code.Unavailable);
    expect(factsOf(error)).toEqual(unreachable);
  });

  it("when there is no answer: within its own time", async () => {
    const { error, url } = await failureOf(() => {}, { tokenTimeoutMs: 20 });
    expect(error).toMatchObject({ code: Code.Unavailable, rawMessage: `${url} gave no token within 20 ms` });
    expect(factsOf(error)).toEqual(unreachable);
  });

  it("when the answer does not end, or nothing heeds the signal", async () => {
    const { error } = await failureOf((_, response) => void response.writeHead(200).write("{"), {
      tokenTimeoutMs: 20,
    });
    expect(error.code).toBe(Code.Unavailable);
    const host = { ...hostOf("https://zitadel.example"), http: () => new Promise<never>(() => {}) };
    const deaf = await caught(() => tokenFrom(clientCredentials(client, { tokenTimeoutMs: 20 }), host));
    expect(deaf.rawMessage).toBe("https://zitadel.example gave no token within 20 ms");
  });

  it("when the answer is too large: it is not read to its end", async () => {
    let closed: Promise<unknown> | undefined;
    const { error } = await failureOf((_, response, request) => {
      closed = once(request.socket, "close");
      const more = () => {
        while (!response.destroyed && response.write(" ".repeat(64 * 1024)));
      };
      response.writeHead(200).on("drain", more);
      more();
    });
    expect(error.code).toBe(Code.Unauthenticated);
    expect(error.rawMessage).toMatch(/with more than 65536 bytes$/);
    await closed;
  });

  it("when it redirects: nothing is sent to the target", async () => {
    await using target = await startTokenEndpoint(issuesTokens());
    const { error, received } = await failureOf((_, response) => {
      response.writeHead(307, { location: `${target.url}/oauth/v2/token` }).end();
    });
    expect(error.rawMessage).toContain(`redirects to ${target.url}, which is not followed`);
    expect(factsOf(error)).toEqual({ reason: "not_supported", delivery: "not_sent", httpStatus: 307 });
    expect(received).toHaveLength(1);
    expect(target.received).toEqual([]);
  });

  it("for those that wait, and not for the next call", async () => {
    const tokens = issuesTokens();
    let turn = 0;
    await using endpoint = await startTokenEndpoint((received, response, request) => {
      turn += 1;
      if (turn === 1) sendJson(response, 400, { error: "invalid_client" });
      else tokens(received, response, request);
    });
    const credential = clientCredentials(client)(hostOf(endpoint.url));
    const call = async () => credential(new Headers());
    const errors = await Promise.all(Array.from({ length: 100 }, () => caught(call)));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set([Code.Unauthenticated]));
    expect(await call()).toBe("token-1");
    expect(endpoint.received).toHaveLength(2);
  });

  it("with a key that cannot sign", async () => {
    const notRsa = btoa("\x30\x03\x02\x01\x00");
    const key = `-----BEGIN PRIVATE KEY-----\n${notRsa}\n-----END PRIVATE KEY-----`;
    const auth = serviceAccountKey({ ...account.key, key });
    const error = await caught(() => tokenFrom(auth, hostOf("https://zitadel.example")));
    expect(error.rawMessage).toMatch(/^the service account key cannot sign/);
    expect(factsOf(error)).toEqual({ reason: "unauthenticated", delivery: "not_sent" });
  });
});

describe("what is refused at once", () => {
  const bad = (change: object) => () => serviceAccountKey({ ...account.key, ...change });

  it.each<[string, () => unknown, RegExp]>([
    [
      "no JSON",
      () => serviceAccountKey("{"),
      /^the service account key is not JSON; pass the JSON that ZITADEL/,
    ],
    ["JSON null", () => serviceAccountKey("null"), /lacks "type": "serviceaccount"/],
    ["an application's key", bad({ type: "application" }), /lacks "type": "serviceaccount"/],
    ["no key", bad({ key: undefined }), /lacks "key"/],
    ["no user", bad({ userId: "" }), /lacks "userId"/],
    ["a number as key id", bad({ keyId: 1 }), /lacks "keyId"/],
    ["a key that is none", bad({ key: "secret" }), /not an unencrypted RSA private key in PEM/],
    ["a skew below zero", () => serviceAccountKey(account.key, { clockSkewMs: -1 }), /^clockSkewMs must be/],
    [
      "a skew of more than half an hour",
      () => serviceAccountKey(account.key, { clockSkewMs: 1_800_001 }),
      /from 0 to 1800000$/,
    ],
    [
      "no time",
      () => clientCredentials(client, { tokenTimeoutMs: 0 }),
      /^tokenTimeoutMs must be .* 1 to 600000$/,
    ],
    [
      "a time that is none",
      () => clientCredentials(client, { tokenTimeoutMs: Number.NaN }),
      /^tokenTimeoutMs/,
    ],
    ["no client id", () => clientCredentials({ ...client, clientId: "" }), /needs clientId, a text/],
    [
      "no client secret",
      () => clientCredentials({ ...client, clientSecret: " " }),
      /needs clientSecret, a text/,
    ],
    ["no issuer", () => clientCredentials(client)(hostOf(undefined)), /no baseUrl; set its option issuer/],
    ["an issuer that is no URL", () => issuer("zitadel.example"), /is not a URL; set its option issuer/],
    ["an issuer with a path", () => issuer("https://zitadel.example/oidc"), /holds more than an origin/],
    ["an issuer with a password", () => issuer("https://u:p@zitadel.example"), /holds more than an origin/],
    ["an issuer of another kind", () => issuer("ftp://zitadel.example"), /holds more than an origin/],
  ])("%s", async (_, make, message) => {
    const error = await caught(async () => make());
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.rawMessage).toMatch(message);
    expect(factsOf(error).delivery).toBe("not_sent");
  });

  function issuer(issuer: string) {
    return clientCredentials(client, { issuer })(hostOf(undefined));
  }
});
