import { Code } from "@connectrpc/connect";
import { expect } from "vitest";
import { failureOf } from "./failure-of.js";
import type { SuiteCase } from "./suite-case.js";
import { until } from "./until.js";

const MIB = 1024 * 1024;

export const largeMessageCases: readonly SuiteCase[] = [
  {
    name: "large: a request over writeMaxBytes is not sent",
    async run({ server, newClient }) {
      const client = newClient({ guard: false, writeMaxBytes: 1024 });
      const request = { userId: server.users.initial.id, email: "x".repeat(1024) };
      const { error, failure } = await failureOf(client.resendHumanInitialization(request));
      expect(error.code).toBe(Code.ResourceExhausted);
      expect(failure).toMatchObject({ reason: "too_large", delivery: "not_sent", retryable: false });
    },
  },
  {
    name: "large: a request that the server finds too large is refused, and that is no rate limit",
    async run({ server, newClient }) {
      const client = newClient({ guard: false, writeMaxBytes: 8 * MIB });
      const request = { userId: server.users.initial.id, email: "x".repeat(5 * MIB) };
      const { error, failure } = await failureOf(client.resendHumanInitialization(request));
      expect(error.code).toBe(Code.ResourceExhausted);
      expect(failure).toMatchObject({ reason: "too_large", delivery: "not_sent", retryable: false });
    },
  },
  {
    name: "large: an answer over readMaxBytes fails, though the mail is out",
    async run({ server, newClient }) {
      const user = await server.addUser();
      const before = await server.mailsTo(user.email);
      const client = newClient({ readMaxBytes: 8 });
      const { error, failure } = await failureOf(client.resendHumanInitialization({ userId: user.id }));
      expect(error.code).toBe(Code.ResourceExhausted);
      expect(failure).toMatchObject({ reason: "too_large", delivery: "maybe_sent", retryable: false });
      await until("the mail", async () => (await server.mailsTo(user.email)) === before + 1);
    },
  },
];
