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
    name: "close: a call under way is canceled",
    async run({ server, newClient }) {
      const client = newClient({ baseUrl: server.silentUrl, timeoutMs: 2_000 });
      const failed = failureOf(client.resendHumanInitialization({ userId: "1" }));
      await client.close();
      const { error, failure } = await failed;
      expect(error.code).toBe(Code.Canceled);
      expect(failure).toMatchObject({ reason: "canceled", retryable: false });
    },
  },
];
