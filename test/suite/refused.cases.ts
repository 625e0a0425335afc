import { Code } from "@connectrpc/connect";
import { expect } from "vitest";
import { personalAccessToken } from "../../src/auth/personal-access-token.js";
import type { Delivery, Reason } from "../../src/errors/verdict.js";
import { failureOf } from "./failure-of.js";
import type { CaseClientOptions, CaseContext, SuiteCase } from "./suite-case.js";
import type { TestServer } from "./test-server.js";

/** A call that the server or the client refuses, and how it must come out on every wire. */
interface Refusal {
  readonly name: string;
  readonly client?: (server: TestServer) => CaseClientOptions;
  readonly request: (server: TestServer) => { readonly userId: string; readonly email?: string };
  readonly headers?: Record<string, string>;
  readonly code: Code;
  readonly reason: Reason;
  readonly delivery?: Delivery;
  /** ZITADEL's error id, where the server sends one. */
  readonly id?: string;
  readonly message?: RegExp;
}

const active = ({ users }: TestServer) => ({ userId: users.active.id });

const notFound = { code: Code.NotFound, reason: "user_not_found", id: "COMMAND-2M9df" } as const;
const initialized = {
  code: Code.FailedPrecondition,
  reason: "already_initialized",
  id: "COMMAND-2M9sd",
} as const;
const invalid = { code: Code.InvalidArgument, reason: "invalid_request" } as const;
const unauthenticated = { code: Code.Unauthenticated, reason: "unauthenticated" } as const;

const refusals: readonly Refusal[] = [
  { name: "an unknown user", request: () => ({ userId: "999999999999999999" }), ...notFound },
  { name: "a removed user", request: ({ users }) => ({ userId: users.removed.id }), ...notFound },
  { name: "a machine user", request: ({ users }) => ({ userId: users.machine.id }), ...notFound },
  { name: "a user id of 200 characters", request: () => ({ userId: "x".repeat(200) }), ...notFound },
  { name: "a user id with a space", request: () => ({ userId: "a b" }), ...notFound },
  { name: "a user id with a percent sign", request: () => ({ userId: "a%2Fb" }), ...notFound },
  { name: "a user id with a question mark", request: () => ({ userId: "a?b#c" }), ...notFound },
  { name: "a user id with a slash", request: () => ({ userId: "a/b" }), ...notFound },
  { name: "a user id that is a dot", request: () => ({ userId: "." }), ...notFound },
  { name: "a user id that is two dots", request: () => ({ userId: ".." }), ...notFound },
  { name: "a user id outside ASCII", request: () => ({ userId: "żółć" }), ...notFound },
  { name: "an active user", request: active, ...initialized },
  { name: "a deactivated user", request: ({ users }) => ({ userId: users.deactivated.id }), ...initialized },
  { name: "a locked user", request: ({ users }) => ({ userId: users.locked.id }), ...initialized },
  {
    name: "an active user, in German",
    request: active,
    headers: { "accept-language": "de" },
    message: /Benutzer/,
    ...initialized,
  },
  { name: "no user id", request: () => ({ userId: "" }), ...invalid },
  { name: "a user id of 201 characters", request: () => ({ userId: "x".repeat(201) }), ...invalid },
  {
    name: "a user id of 201 characters, guard off",
    client: () => ({ guard: false }),
    request: () => ({ userId: "x".repeat(201) }),
    message: /UserId: value length/,
    ...invalid,
  },
  {
    name: "an address of 201 characters, guard off",
    client: () => ({ guard: false }),
    request: () => ({ userId: "1", email: `${"x".repeat(201)}` }),
    message: /Email: value length/,
    ...invalid,
  },
  {
    name: "an address that is none",
    request: ({ users }) => ({ userId: users.initial.id, email: "not-an-email" }),
    ...invalid,
  },
  {
    name: "the user id as the address",
    request: () => ({ userId: "me@example.test", email: "me@example.test" }),
    ...invalid,
  },
  {
    name: "no token",
    client: () => ({ anonymous: true }),
    request: active,
    message: /auth header missing/,
    ...unauthenticated,
  },
  {
    name: "a token that the server does not know",
    client: () => ({ auth: personalAccessToken("nobody-issued-this") }),
    request: active,
    id: "AUTH-7fs1e",
    ...unauthenticated,
  },
  {
    name: "a basic credential",
    client: () => ({ anonymous: true }),
    request: active,
    headers: { authorization: "Basic dXNlcjpwYXNz" },
    id: "AUTH-toLo1",
    ...unauthenticated,
  },
  {
    name: "a token without any role",
    client: ({ tokens }) => ({ auth: personalAccessToken(tokens.withoutPermission) }),
    request: active,
    code: Code.NotFound,
    reason: "permission_denied",
    id: "AUTHZ-cdgFk",
  },
];

async function refuse(refusal: Refusal, { server, newClient }: CaseContext) {
  const client = newClient(refusal.client?.(server));
  const options = refusal.headers && { headers: refusal.headers };
  const { error, failure } = await failureOf(
    client.resendHumanInitialization(refusal.request(server), options),
  );
  expect({
    code: Code[error.code],
    reason: failure.reason,
    delivery: failure.delivery,
    id: failure.id,
  }).toEqual({
    code: Code[refusal.code],
    reason: refusal.reason,
    delivery: refusal.delivery ?? "not_sent",
    id: refusal.id,
  });
  expect(failure.retryable).toBe(false);
  expect(failure.hint).not.toBe("");
  if (refusal.message !== undefined) expect(error.rawMessage).toMatch(refusal.message);
}

/** The same refusal has the same code, id and explanation on every wire. */
export const refusedCases: readonly SuiteCase[] = [
  ...refusals.map((refusal) => ({
    name: `refused: ${refusal.name}`,
    run: (context: CaseContext) => refuse(refusal, context),
  })),
  {
    name: "refused: a host that the server does not know",
    only: { server: "real", because: "to the sandbox any loopback name is its own" },
    async run({ server, newClient }) {
      const client = newClient({ baseUrl: server.url.replace("localhost", "127.0.0.1") });
      const { error, failure } = await failureOf(client.resendHumanInitialization(active(server)));
      expect(error.code).toBe(Code.NotFound);
      expect(failure).toMatchObject({ reason: "instance_not_found", delivery: "not_sent" });
    },
  },
];
