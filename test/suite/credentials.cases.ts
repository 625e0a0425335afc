import { Code } from "@connectrpc/connect";
import { expect } from "vitest";
import { clientCredentials } from "../../src/auth/client-credentials.js";
import { personalAccessToken } from "../../src/auth/personal-access-token.js";
import { serviceAccountKey } from "../../src/auth/service-account-key.js";
import type { Auth } from "../../src/credential.js";
import { failureOf } from "./failure-of.js";
import type { CaseContext, SuiteCase } from "./suite-case.js";
import type { TestServer } from "./test-server.js";

const renewable: readonly { name: string; auth: (server: TestServer) => Auth }[] = [
  {
    name: "a service-account key",
    auth: ({ serviceAccount }) => serviceAccountKey(serviceAccount.keyJson),
  },
  {
    name: "client credentials",
    auth: ({ serviceAccount: { clientId, clientSecret } }) => clientCredentials({ clientId, clientSecret }),
  },
];

export const credentialCases: readonly SuiteCase[] = [
  ...renewable.flatMap(({ name, auth }): SuiteCase[] => [
    {
      name: `credentials: ${name} gets a token, once for many calls`,
      async run({ server, newClient }) {
        const user = await server.addUser();
        const client = newClient({ auth: auth(server) });
        const { details } = await client.resendHumanInitialization({ userId: user.id });
        expect(details?.resourceOwner).toBe(server.orgs.own);
        const { failure } = await failureOf(
          client.resendHumanInitialization({ userId: server.users.active.id }),
        );
        expect(failure.reason).toBe("already_initialized");
      },
    },
    {
      name: `credentials: ${name} renews a token that was revoked, and the mail goes out once`,
      only: { server: "sandbox", because: "a real server does not take back every token at once" },
      async run({ server, newClient }) {
        const user = await server.addUser();
        const client = newClient({ auth: auth(server) });
        await client.resendHumanInitialization({ userId: user.id });
        await server.revokeTokens();
        await client.resendHumanInitialization({ userId: user.id });
        expect(await server.mailsTo(user.email)).toBe(2);
      },
    },
  ]),
  {
    name: "credentials: a wrong client secret is refused before the call",
    async run({ server, newClient }) {
      const { clientId } = server.serviceAccount;
      const client = newClient({ auth: clientCredentials({ clientId, clientSecret: "wrong" }) });
      const { error, failure } = await failureOf(
        client.resendHumanInitialization({ userId: server.users.active.id }),
      );
      expect(error.code).toBe(Code.Unauthenticated);
      expect(failure).toMatchObject({ reason: "unauthenticated", delivery: "not_sent" });
    },
  },
  ...(["expired", "revoked"] as const).map(
    (state): SuiteCase => ({
      name: `credentials: a personal access token that is ${state}`,
      only: { server: "real", because: "the sandbox's own tests show it" },
      run: (context) => refusedToken(context, context.server.tokens[state] ?? ""),
    }),
  ),
];

async function refusedToken({ server, newClient }: CaseContext, token: string): Promise<void> {
  const client = newClient({ auth: personalAccessToken(token) });
  const { error, failure } = await failureOf(
    client.resendHumanInitialization({ userId: server.users.active.id }),
  );
  expect(error.code).toBe(Code.Unauthenticated);
  expect(failure).toMatchObject({ reason: "unauthenticated", delivery: "not_sent", id: "AUTH-7fs1e" });
}
