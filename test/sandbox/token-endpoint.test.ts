import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { type JWTHeaderParameters, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { resend } from "./resend.js";

const START_MS = Date.UTC(2026, 0, 1);
const START_S = START_MS / 1000;
const API_SCOPE = "openid urn:zitadel:iam:org:project:id:zitadel:aud";
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

let nowMs = START_MS;
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox({ now: () => nowMs });
});
beforeEach(() => {
  nowMs = START_MS;
});
afterAll(() => sandbox.close());

interface Reply {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

async function ask(form: Record<string, string>, header: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(`${sandbox.url}/oauth/v2/token`, {
    method: "POST",
    headers: header,
    body: new URLSearchParams(form),
  });
  return { status: response.status, json: await response.json() };
}

interface Assertion {
  readonly claims?: Record<string, unknown>;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly key?: KeyObject;
}

function sign({ claims = {}, header = {}, key }: Assertion = {}): Promise<string> {
  const account = sandbox.serviceAccount.key;
  const payload = {
    iss: account.userId,
    sub: account.userId,
    aud: sandbox.url,
    iat: START_S - 5,
    exp: START_S + 600,
    ...claims,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "RS256", kid: account.keyId, ...header })
    .sign(key ?? createPrivateKey(account.key));
}

const bearer = async (assertion: Assertion = {}, scope = API_SCOPE) =>
  ask({ grant_type: JWT_BEARER, scope, assertion: await sign(assertion) });

const call = (token: unknown) =>
  resend({ url: sandbox.url, tokens: { ...sandbox.tokens, valid: String(token) } }, "1");

const credentials = () => ({
  client_id: sandbox.serviceAccount.clientId,
  client_secret: sandbox.serviceAccount.clientSecret,
});

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`,
});

const ISSUED = {
  status: 200,
  json: { access_token: expect.any(String), token_type: "Bearer", expires_in: 43_199 },
};

const error = (code: string, description: string) => ({
  status: 400,
  json: { error: code, error_description: description },
});

const INVALID_ASSERTION = error("invalid_grant", "invalid assertion");
const SCOPE_MISSING = error(
  "invalid_request",
  "The scope of your request is missing. Please ensure some scopes are requested. If you have any questions, you may contact the administrator of the application.",
);

describe("JWT bearer", () => {
  test("the key has the shape of ZITADEL's key files", () => {
    expect(sandbox.serviceAccount.key).toEqual({
      type: "serviceaccount",
      keyId: expect.stringMatching(/^\d{18}$/),
      key: expect.stringContaining("-----BEGIN RSA PRIVATE KEY-----"),
      userId: sandbox.users.machine.id,
    });
  });

  test("gives a token that the API takes", async () => {
    const reply = await bearer();
    expect(reply).toEqual(ISSUED);
    expect((await call(reply.json.access_token)).json.message).toContain("COMMAND-2M9df");
  });

  test("without the API in the scope it gives a token that the API refuses", async () => {
    const reply = await bearer({}, "openid");
    expect(reply).toEqual(ISSUED);
    expect(await call(reply.json.access_token)).toMatchObject({
      status: 401,
      json: { message: "Errors.Token.Invalid (AUTH-7fs1e)" },
    });
  });

  const accepted: Record<string, () => Assertion> = {
    "one of several audiences": () => ({ claims: { aud: ["https://x.test", sandbox.url] } }),
    "issued an hour ago, almost": () => ({ claims: { iat: START_S - 3500 } }),
    "issued a second ahead": () => ({ claims: { iat: START_S + 1 } }),
    "good for long": () => ({ claims: { exp: START_S + 7200 } }),
  };
  test.each(Object.entries(accepted))("accepts one %s", async (_, assertion) => {
    expect(await bearer(assertion())).toEqual(ISSUED);
  });

  const refused: Record<string, () => Assertion> = {
    expired: () => ({ claims: { exp: START_S - 10 } }),
    "without exp": () => ({ claims: { exp: undefined } }),
    "without iat": () => ({ claims: { iat: undefined } }),
    "issued in the future": () => ({ claims: { iat: START_S + 60 } }),
    "issued long ago": () => ({ claims: { iat: START_S - 3700 } }),
    "for another server": () => ({ claims: { aud: "https://x.test" } }),
    "for the token endpoint": () => ({ claims: { aud: `${sandbox.url}/oauth/v2/token` } }),
    "for an issuer with a slash": () => ({ claims: { aud: `${sandbox.url}/` } }),
    "of another issuer": () => ({ claims: { iss: "1", sub: "1" } }),
    "about another subject": () => ({ claims: { sub: "1" } }),
    "with another key id": () => ({ header: { kid: "1" } }),
    "with another algorithm": () => ({ header: { alg: "RS512" } }),
    "signed by another key": () => ({ key: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey }),
  };
  test.each(Object.entries(refused))("refuses one %s", async (_, assertion) => {
    expect(await bearer(assertion())).toEqual(INVALID_ASSERTION);
  });

  test.each(["abc", "a.b.c"])("refuses %j", async (assertion) => {
    expect(await ask({ grant_type: JWT_BEARER, scope: API_SCOPE, assertion })).toEqual(INVALID_ASSERTION);
  });

  test("refuses a tampered one", async () => {
    const assertion = `${(await sign()).slice(0, -8)}AAAAAAAA`;
    expect(await ask({ grant_type: JWT_BEARER, scope: API_SCOPE, assertion })).toEqual(INVALID_ASSERTION);
  });

  test("misses the assertion, and the scope", async () => {
    const missing = error("invalid_request", "assertion missing");
    expect(await ask({ grant_type: JWT_BEARER, scope: API_SCOPE })).toEqual(missing);
    expect(await bearer({}, "")).toEqual(SCOPE_MISSING);
  });
});

describe("client credentials", () => {
  const grant = { grant_type: "client_credentials", scope: API_SCOPE };

  test("in the form", async () => {
    const reply = await ask({ ...grant, ...credentials() });
    expect(reply).toEqual(ISSUED);
    expect((await call(reply.json.access_token)).status).toBe(404);
  });

  test("by basic authentication", async () => {
    const { client_id, client_secret } = credentials();
    expect(await ask(grant, basic(client_id, client_secret))).toEqual(ISSUED);
  });

  test("refuses a wrong secret, or none", async () => {
    const wrong = error("invalid_request", "Errors.User.Machine.Secret.Invalid");
    const { client_id } = credentials();
    expect(await ask(grant, basic(client_id, "x"))).toEqual(wrong);
    expect(await ask({ ...grant, client_id, client_secret: "x" })).toEqual(wrong);
    expect(await ask({ ...grant, client_id })).toEqual(wrong);
  });

  test("refuses an unknown client", async () => {
    const unknown = error("invalid_client", "client not found");
    expect(await ask(grant, basic("nobody", "x"))).toEqual(unknown);
    expect(await ask({ ...grant, client_id: "nobody", client_secret: "x" })).toEqual(unknown);
  });

  test.each([{}, { authorization: "Basic !!!" }, { authorization: "Bearer x" }])(
    "misses them in %j",
    async (header) => {
      const missing = error("invalid_request", "client_id or client_assertion must be provided");
      expect(await ask(grant, header)).toEqual(missing);
    },
  );

  test("misses the scope", async () => {
    expect(await ask({ grant_type: grant.grant_type, ...credentials() })).toEqual(SCOPE_MISSING);
  });
});

test("misses the grant type, also in a body that is no form", async () => {
  const missing = error("invalid_request", "grant_type missing");
  expect(await ask({ scope: API_SCOPE })).toEqual(missing);
  const json = { "content-type": "application/json" };
  expect(await ask({ grant_type: "client_credentials" }, json)).toEqual(missing);
});

test("does not know other grants", async () => {
  const unsupported = error("unsupported_grant_type", "password not supported");
  expect(await ask({ grant_type: "password", scope: API_SCOPE })).toEqual(unsupported);
});

test("a token ends with its lifetime, or when tokens are revoked; personal access tokens stay", async () => {
  const { access_token: first } = (
    await ask({ grant_type: "client_credentials", scope: API_SCOPE, ...credentials() })
  ).json;
  nowMs = START_MS + 43_198_000;
  expect((await call(first)).status).toBe(404);
  nowMs = START_MS + 43_199_000;
  expect((await call(first)).status).toBe(401);
  const { access_token: second } = (
    await ask({ grant_type: "client_credentials", scope: API_SCOPE, ...credentials() })
  ).json;
  expect((await call(second)).status).toBe(404);
  sandbox.revokeTokens();
  expect((await call(second)).status).toBe(401);
  expect((await call(sandbox.tokens.valid)).status).toBe(404);
});

test("the issuer is the origin that the caller used", async () => {
  const url = sandbox.url.replace("127.0.0.1", "localhost");
  const response = await fetch(`${url}/.well-known/openid-configuration`);
  expect(await response.json()).toMatchObject({ issuer: url, token_endpoint: `${url}/oauth/v2/token` });
});

test("pages of other origins may read the answer", async () => {
  const response = await fetch(`${sandbox.url}/oauth/v2/token`, {
    method: "POST",
    headers: { origin: "https://a.test" },
  });
  expect(response.headers.get("access-control-allow-origin")).toBe("https://a.test");
  expect(response.headers.get("cache-control")).toBe("no-store");
});
