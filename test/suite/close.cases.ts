import { Code } from "@connectrpc/connect";
import { expect } from "vitest";
import { failureOf } from "./failure-of.js";
import type { SuiteCase } from "./suite-case.js";

export const closeCases: readonly SuiteCase[] = [
  {
    name: "close: twice is as good as once",
    async run({ server, newClient }) {
      const client = newClient();
      await failureOf(client.resendHumanInitialization({ userId: server.users.active.id }));
      await client.close();
      await client.close();
    },
  },
  {
    name: "close: before the first call",
    async run({ newClient }) {
      await newClient().close();
    },
  },
  {
    name: "close: a call under way settles first, and later ones are refused",
    async run({ server, newClient }) {
      const client = newClient();
      const under = failureOf(client.resendHumanInitialization({ userId: server.users.active.id }));
      const closed = client.close();
      const late = await failureOf(client.resendHumanInitialization({ userId: "1" }));
      expect(late.failure).toMatchObject({ reason: "canceled", delivery: "not_sent", retryable: false });
      await closed;
      expect((await under).failure.reason).toBe("already_initialized");
    },
  },
  {
    name: "close: a call that outlasts graceMs is canceled",
    async run({ server, newClient }) {
      const client = newClient({ baseUrl: server.silentUrl, timeoutMs: 0 });
      const failed = failureOf(client.resendHumanInitialization({ userId: "1" }));
      const closed = client.close();
      await client.close({ graceMs: 0 });
      await closed;
      const { error, failure } = await failed;
      expect(error.code).toBe(Code.Canceled);
      expect(failure).toMatchObject({ reason: "canceled", retryable: false });
    },
  },
];
