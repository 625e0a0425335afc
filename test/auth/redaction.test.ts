import { inspect } from "node:util";
import { ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientCredentials } from "../../src/auth/client-credentials.js";
import { personalAccessToken } from "../../src/auth/personal-access-token.js";
import { serviceAccountKey } from "../../src/auth/service-account-key.js";
import type { Auth, AuthHost, AuthHttp } from "../../src/credential.js";
import { createResendClient } from "../../src/node/index.js";
import { hostOf } from "./host.js";
import { account } from "./service-account.js";

/** Everything that a log, a debugger's print or a bug report shows of a value. */
function shownOf(value: unknown, seen = new Set<unknown>()): string {
  if (seen.has(value)) return "";
  seen.add(value);
  const shown = [
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
    String(value),
  ];
  shown.push(JSON.stringify(value) ?? "");
  if (value instanceof Error) {
    shown.push(value.message, value.stack ?? "", shownOf(value.cause, seen));
    shown.push(JSON.stringify(value, Object.getOwnPropertyNames(value)));
  }
  if (value instanceof ConnectError) shown.push(value.rawMessage, JSON.stringify([...value.metadata]));
  return shown.join("\n");
}

/** What the work fails with; nothing if it does not fail. */
async function failureOf(work: () => unknown): Promise<unknown> {
  try {
    return void (await work());
  } catch (error) {
    return error;
  }
}

/** Long enough not to occur by chance, and with what has a meaning in URLs, JSON, headers and PEM. */
const secrets = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'"\\\n\r\t %&+=:;,/é漢{}<>', "-----"),
      fc.string({ minLength: 1, maxLength: 4 }),
    ),
    {
      minLength: 6,
      maxLength: 30,
    },
  )
  .map((parts) => parts.join(""))
  .filter((secret) => secret.trim().length >= 8);
const tokens = fc.stringMatching(/^[A-Za-z0-9\-._~+/]{20,60}$/);

function formEncode(value: string): string {
  return new URLSearchParams({ value }).toString().slice("value=".length);
}

/** Forms in which a secret may come back. */
function formsOf(secret: string): string[] {
  const form = formEncode(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, secret.trim(), form, encodeURIComponent(secret), json].filter((one) => one.length >= 8);
}

type Answer = (sent: string) => { status: number; text: string; fields?: Record<string, string> };

/** What a server may make of a request, most of it with something of what was sent repeated in it. */
const answersTo = fc.constantFrom<Answer>(
  (sent) => ({ status: 400, text: JSON.stringify({ error: "invalid_grant", error_description: sent }) }),
  (sent) => ({ status: 400, text: JSON.stringify({ error: sent }) }),
  (sent) => ({
    status: 401,
    text: JSON.stringify({ error: "invalid_client", error_description: `no: ${sent}` }),
  }),
  (sent) => ({ status: 200, text: JSON.stringify({ access_token: `${sent}\n` }) }),
  (sent) => ({ status: 200, text: JSON.stringify({ access_token: "a", token_type: sent }) }),
  (sent) => ({ status: 200, text: `{"access_token":"${sent}` }),
  (sent) => ({ status: 200, text: sent, fields: { "content-type": `text/html; ${sent}` } }),
  (sent) => ({ status: 302, text: sent, fields: { location: `https://other.example/?${sent}` } }),
  (sent) => ({ status: 307, text: sent, fields: { location: sent } }),
  (sent) => ({ status: 404, text: `ID=QUERY-1kIjX ${sent}` }),
  (sent) => ({ status: 429, text: sent }),
  (sent) => ({ status: 500, text: sent }),
  () => {
    throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:1") });
  },
);

/** Picks what is repeated: everything, or one piece of it. */
const answers = fc.tuple(answersTo, fc.nat({ max: 12 })).map(
  ([answer, turn]) =>
    (pieces: string[]) =>
      answer(pieces[turn] ?? pieces.join(" ")),
);

function hostThat(answer: (pieces: string[]) => ReturnType<Answer>): AuthHost {
  const http: AuthHttp = async ({ url, fields, body }) => {
    const form = new TextDecoder().decode(body);
    const basic = atob(fields.authorization?.slice("Basic ".length) ?? "");
    const encoded = basic.split(":");
    const decoded = encoded.flatMap((value) => [...new URLSearchParams(`_=${value}`).values()]);
    const values = [...decoded, ...new URLSearchParams(form).values()];
    const pieces = [url, form, fields.authorization ?? "", basic, ...encoded, ...values];
    const { status, text, fields: given = {} } = answer([...pieces, ...decoded.map((value) => value.trim())]);
    return {
      status,
      field: (name) => given[name] ?? null,
      bytes: async () => new TextEncoder().encode(text),
    };
  };
  return { ...hostOf("https://zitadel.example"), http };
}

function expectHidden(values: unknown[], hidden: readonly string[]): void {
  const shown = values.map((value) => shownOf(value)).join("\n");
  for (const secret of hidden) expect(shown).not.toContain(secret);
}

/** The credential, clients and options that hold it, and what using it fails with. */
async function surfacesOf(auth: Auth, host: AuthHost): Promise<unknown[]> {
  const options = { baseUrl: "https://zitadel.example", auth };
  const credential = auth(host);
  const failure = await failureOf(() => credential(new Headers({ "x-other": "1" })));
  return [auth, options, credential, createResendClient(options), failure];
}

describe("nothing of a credential is shown", () => {
  it("a personal access token", async () => {
    await fc.assert(
      fc.asyncProperty(tokens, async (token) => {
        const host = hostOf("https://zitadel.example");
        const surfaces = await surfacesOf(personalAccessToken(token), host);
        expectHidden(
          [
            ...surfaces,
            ...(await surfacesOf(
              personalAccessToken(async () => token),
              host,
            )),
          ],
          [token],
        );
      }),
      { numRuns: 20 },
    );
  });

  it("a personal access token that is none", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, async (secret) => {
        const host = hostOf("https://zitadel.example");
        const failures = [
          await failureOf(() => personalAccessToken(`${secret}\n`)),
          await failureOf(() => personalAccessToken(`Bearer ${secret}`)),
          ...(await surfacesOf(
            personalAccessToken(() => `${secret} `),
            host,
          )),
        ];
        expect(failures[0]).toBeInstanceOf(ConnectError);
        expectHidden(failures, formsOf(secret));
      }),
    );
  });

  it("client credentials, whatever the server answers", async () => {
    let failed = 0;
    await fc.assert(
      fc.asyncProperty(secrets, secrets, answers, async (clientId, clientSecret, answer) => {
        const auth = clientCredentials({ clientId, clientSecret });
        const surfaces = await surfacesOf(auth, hostThat(answer));
        if (surfaces.at(-1) instanceof ConnectError) failed += 1;
        const basic = btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`);
        expectHidden(surfaces, [...formsOf(clientSecret), ...formsOf(clientId), basic]);
      }),
      { numRuns: 500 },
    );
    expect(failed).toBe(500);
  });

  it("a service account key and its assertions, whatever the server answers", async () => {
    const pem = account.key.key?.split("\n") ?? [];
    let failed = 0;
    await fc.assert(
      fc.asyncProperty(tokens, tokens, answers, async (userId, keyId, answer) => {
        const sent: string[] = [];
        const host = hostThat((pieces) => {
          sent.push(/assertion=([^&\s]+)/.exec(pieces.join(" "))?.[1] ?? "");
          return answer(pieces);
        });
        const auth = serviceAccountKey({ ...account.key, userId, keyId });
        const surfaces = await surfacesOf(auth, host);
        if (surfaces.at(-1) instanceof ConnectError) failed += 1;
        const parts = sent.flatMap((assertion) => [assertion, ...assertion.split(".").slice(1)]);
        expect(parts.every((part) => part.length > 100)).toBe(true);
        expect(parts.length).toBe(3);
        expectHidden(surfaces, [userId, keyId, ...parts, ...pem.slice(1, -2)]);
      }),
      { numRuns: 100 },
    );
    expect(failed).toBe(100);
  });

  it("a service account key that is none", async () => {
    await fc.assert(
      fc.asyncProperty(secrets, fc.base64String({ minLength: 40, maxLength: 80 }), async (secret, base64) => {
        const pem = `-----BEGIN RSA PRIVATE KEY-----\n${base64}\n-----END RSA PRIVATE KEY-----`;
        const make = [
          () => serviceAccountKey(secret),
          () => serviceAccountKey(`{"type":"serviceaccount","key":"${secret}`),
          () => serviceAccountKey({ type: secret }),
          () => serviceAccountKey({ ...account.key, key: secret }),
          () => serviceAccountKey({ ...account.key, userId: [secret] }),
          () =>
            serviceAccountKey({ ...account.key, key: pem })(hostOf("https://zitadel.example"))(new Headers()),
          () =>
            clientCredentials({ clientId: "a", clientSecret: "b" }, { issuer: secret })(hostOf(undefined)),
        ];
        const failures = await Promise.all(make.map(failureOf));
        expect(failures.every((failure) => failure instanceof ConnectError)).toBe(true);
        expectHidden(failures, [...formsOf(secret), base64]);
      }),
    );
  });
});
