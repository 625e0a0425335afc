import { Code } from "@connectrpc/connect";
import { expect } from "vitest";
import { failureOf } from "./failure-of.js";
import type { SuiteCase } from "./suite-case.js";

export const retryCases: readonly SuiteCase[] = [
  {
    name: "retry: a refused connection is tried again, as often as told",
    async run({ server, newClient }) {
      const attempts: number[] = [];
      const client = newClient({
        baseUrl: server.refusingUrl,
        retry: { maxAttempts: 3, initialDelayMs: 1, onRetry: (attempt) => void attempts.push(attempt) },
      });
      const { error, failure } = await failureOf(client.resendHumanInitialization({ userId: "1" }));
      expect(error.code).toBe(Code.Unavailable);
      expect(failure).toMatchObject({ reason: "unreachable", delivery: "not_sent", retryable: true });
      expect(attempts).toHaveLength(2);
    },
  },
  {
    name: "retry: an unreachable server, without it",
    async run({ server, newClient }) {
      const client = newClient({ baseUrl: server.refusingUrl, retry: false });
      const { error, failure } = await failureOf(client.resendHumanInitialization({ userId: "1" }));
      expect(error.code).toBe(Code.Unavailable);
      expect(failure.reason).toBe("unreachable");
    },
  },
  {
    name: "retry: a refusal by the server is not repeated",
    async run({ server, newClient }) {
      const attempts: number[] = [];
      const client = newClient({ retry: { onRetry: (attempt) => void attempts.push(attempt) } });
      await failureOf(client.resendHumanInitialization({ userId: server.users.active.id }));
      expect(attempts).toEqual([]);
    },
  },
];
