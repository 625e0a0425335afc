import { Code, type ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { withAuth } from "../../src/auth/with-auth.js";
import { unaryOf } from "../../src/call/unary.js";
import type { Auth, AuthHttp } from "../../src/credential.js";
import { explainError } from "../../src/errors/explain.js";
import { fetchClient } from "../../src/http/fetch-client.js";
import { networkError } from "../../src/http/network-error.js";
import {
  CONTENT_TYPES,
  clientCredentials,
  createResendClient,
  createTransport,
  personalAccessToken,
  serviceAccountKey,
} from "../../src/node/index.js";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { caught } from "./caught.js";
import { hostOf } from "./host.js";

/** A clock that the sandbox and the clients share. */
const clock = { nowMs: Date.UTC(2026, 0, 1) };
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox({ now: () => clock.nowMs });
});
afterAll(() => sandbox.close());

const credentials = {
  "a service account key": ({ serviceAccount }: Sandbox) => serviceAccountKey(serviceAccount.key),
  "client credentials": ({ serviceAccount }: Sandbox) => clientCredentials(serviceAccount),
};
const wires = CONTENT_TYPES.flatMap((contentType) =>
  Object.entries(credentials).map(([name, auth]) => ({ contentType, name, auth })),
);

/** Calls over one wire, with the shared clock, and counts what goes to the token endpoint. */
function caller(contentType: (typeof CONTENT_TYPES)[number], auth: Auth) {
  const wire = createTransport({ baseUrl: sandbox.url, contentType });
  const requests: unknown[] = [];
  const plain = fetchClient();
  const http: AuthHttp = (request) => {
    requests.push(request);
    return plain(request);
  };
  const baseUrl = new URL(sandbox.url);
  const unary = withAuth(unaryOf(wire), { auth, baseUrl, http, networkError, now: () => clock.nowMs });
  const method = ManagementService.method.resendHumanInitialization;
  return {
    call: (userId: string) => unary(method, undefined, 20_000, undefined, { userId }),
    requests,
    [Symbol.asyncDispose]: () => wire.close(),
  };
}

describe.each(wires)("$name over $contentType", ({ contentType, auth }) => {
  it("gets one token for a hundred calls", async () => {
    await using client = caller(contentType, auth(sandbox));
    const users = Array.from({ length: 100 }, () => sandbox.addUser());
    const before = sandbox.mailbox.length;
    await Promise.all(users.map(({ id }) => client.call(id)));
    expect(sandbox.mailbox.length - before).toBe(100);
    expect(client.requests).toHaveLength(1);
  });

  it("replaces a revoked token once for all calls that it was refused to", async () => {
    await using client = caller(contentType, auth(sandbox));
    await client.call(sandbox.addUser().id);
    sandbox.revokeTokens();
    const users = Array.from({ length: 50 }, () => sandbox.addUser());
    await Promise.all(users.map(({ id }) => client.call(id)));
    expect(client.requests).toHaveLength(2);
    for (const { email } of users) {
      expect(sandbox.mailbox.filter(({ to }) => to === email)).toHaveLength(1);
    }
  });

  it("replaces a token before it expires", async () => {
    await using client = caller(contentType, auth(sandbox));
    await client.call(sandbox.addUser().id);
    clock.nowMs += (43_199 - 61) * 1000;
    await client.call(sandbox.addUser().id);
    expect(client.requests).toHaveLength(1);
    clock.nowMs += 1000;
    await client.call(sandbox.addUser().id);
    expect(client.requests).toHaveLength(2);
  });
});

describe("against the sandbox", () => {
  const call = async (auth: Auth): Promise<ConnectError> => {
    await using client = caller("application/json", auth);
    return caught(() => client.call(sandbox.users.initial.id));
  };

  it("a clock that is ahead is explained, and clockSkewMs gets over it", async () => {
    const { key } = sandbox.serviceAccount;
    const unskewed = serviceAccountKey(key, { clockSkewMs: 0 });
    const ahead = { nowMs: clock.nowMs + 90_000 };
    const host = hostOf(sandbox.url, ahead);
    const error = await caught(async () => unskewed(host)(new Headers()));
    expect(error.rawMessage).toMatch(/refused the credential \(invalid_grant: invalid assertion\)/);
    const enough = serviceAccountKey(key, { clockSkewMs: 120_000 });
    expect(await enough(host)(new Headers())).toMatch(/^[\w-]+$/);
  });

  it("a wrong secret, an unknown client and a foreign key are refused before the call", async () => {
    const { clientId, clientSecret, key } = sandbox.serviceAccount;
    const errors = [
      await call(clientCredentials({ clientId, clientSecret: "wrong" })),
      await call(clientCredentials({ clientId: "nobody", clientSecret })),
      await call(serviceAccountKey({ ...key, keyId: "1" })),
    ];
    for (const error of errors) {
      expect(error.code).toBe(Code.Unauthenticated);
      expect(explainError(error)).toMatchObject({
        reason: "unauthenticated",
        delivery: "not_sent",
        retryable: false,
        httpStatus: 400,
      });
    }
    const said = errors.map(({ rawMessage }) => /\((.*?)\)/.exec(rawMessage)?.[1]);
    expect(said).toEqual([
      "invalid_request: Errors.User.Machine.Secret.Invalid",
      "invalid_client: client not found",
      "invalid_grant: invalid assertion",
    ]);
  });

  it("a token without the API in its scope is refused, and renewing it does not help", async () => {
    await using client = caller(
      "application/json",
      clientCredentials(sandbox.serviceAccount, { scope: "openid" }),
    );
    const error = await caught(() => client.call(sandbox.users.initial.id));
    expect(error.code).toBe(Code.Unauthenticated);
    expect(client.requests).toHaveLength(2);
  });

  it("a personal access token works on every wire", async () => {
    for (const contentType of CONTENT_TYPES) {
      await using client = caller(contentType, personalAccessToken(sandbox.tokens.valid));
      await client.call(sandbox.addUser().id);
      expect(client.requests).toEqual([]);
    }
  });
});

describe("a whole client", () => {
  it.each(CONTENT_TYPES)("trusts for its tokens what it trusts for its calls: %s", async (contentType) => {
    await using secure = await createSandbox({ tls: true });
    const { url: baseUrl, certificate: ca = "", serviceAccount } = secure;
    const auth = serviceAccountKey(serviceAccount.key);
    await using client = createResendClient({ baseUrl, contentType, auth, tls: { ca } });
    await client.resendHumanInitialization({ userId: secure.users.initial.id });
    expect(secure.mailbox).toHaveLength(1);
    await using stranger = createResendClient({ baseUrl, contentType, auth });
    const error = await caught(() => stranger.resendHumanInitialization({ userId: secure.users.initial.id }));
    expect(explainError(error)).toMatchObject({
      reason: "unreachable",
      delivery: "not_sent",
      retryable: false,
    });
  });

  it("uses the fetch that it was given for its tokens too", async () => {
    await using own = await createSandbox();
    const paths: string[] = [];
    await using client = createResendClient({
      baseUrl: own.url,
      contentType: "application/json",
      auth: clientCredentials(own.serviceAccount),
      fetch: (input, init) => {
        paths.push(new URL(String(input)).pathname.replace(/\d{9,}/, "ID"));
        return fetch(input, init);
      },
    });
    await client.resendHumanInitialization({ userId: own.users.initial.id });
    expect(paths).toEqual(["/oauth/v2/token", "/management/v1/users/ID/_resend_initialization"]);
  });

  it("with a ready transport asks the issuer that the credential names", async () => {
    await using own = await createSandbox();
    const transport = createTransport({ baseUrl: own.url });
    const auth = clientCredentials(own.serviceAccount, { issuer: own.url });
    await using client = createResendClient({ transport, auth });
    await client.resendHumanInitialization({ userId: own.users.initial.id });
    expect(own.mailbox).toHaveLength(1);
    await transport.close();
  });

  it("tries again to get a token, for that sends nothing", async () => {
    await using own = await createSandbox();
    let turn = 0;
    await using client = createResendClient({
      baseUrl: own.url,
      contentType: "application/json",
      auth: clientCredentials(own.serviceAccount),
      retry: { initialDelayMs: 0 },
      fetch: async (input, init) => (++turn === 1 ? new Response("", { status: 503 }) : fetch(input, init)),
    });
    await client.resendHumanInitialization({ userId: own.users.initial.id });
    expect(own.mailbox).toHaveLength(1);
    expect(turn).toBe(3);
  });
});
