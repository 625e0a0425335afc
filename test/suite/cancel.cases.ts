import { Code } from "@connectrpc/connect";
import { expect } from "vitest";
import { failureOf } from "./failure-of.js";
import type { SuiteCase } from "./suite-case.js";

export const cancelCases: readonly SuiteCase[] = [
  {
    name: "cancel: before the call, nothing is sent",
    async run({ server, newClient }) {
      const user = await server.addUser();
      const before = await server.mailsTo(user.email);
      const reason = new Error("the page was left");
      const client = newClient();
      const call = client.resendHumanInitialization(
        { userId: user.id },
        { signal: AbortSignal.abort(reason) },
      );
      const { error, failure } = await failureOf(call);
      expect(error.code).toBe(Code.Canceled);
      expect(error.cause).toBe(reason);
      expect(failure).toMatchObject({ reason: "canceled", delivery: "not_sent", retryable: false });
      // A call behind it on the same connection: had the first been sent, its mail would be there too.
      await client.resendHumanInitialization({ userId: user.id });
      expect(await server.mailsTo(user.email)).toBeLessThanOrEqual(before + 1);
    },
  },
  {
    name: "cancel: while the server keeps the call waiting",
    async run({ server, newClient }) {
      const client = newClient({ baseUrl: server.silentUrl });
      const controller = new AbortController();
      const reason = new Error("the page was left");
      const call = client.resendHumanInitialization({ userId: "1" }, { signal: controller.signal });
      const failed = failureOf(call);
      controller.abort(reason);
      const { error, failure } = await failed;
      expect(error.code).toBe(Code.Canceled);
      expect(error.cause).toBe(reason);
      expect(failure).toMatchObject({ reason: "canceled", retryable: false });
    },
  },
  {
    name: "cancel: after the call, nothing happens",
    async run({ server, newClient }) {
      const user = await server.addUser();
      const controller = new AbortController();
      const client = newClient();
      const call = { signal: controller.signal };
      await client.resendHumanInitialization({ userId: user.id }, call);
      controller.abort();
      const { details } = await client.resendHumanInitialization({ userId: user.id });
      expect(details?.resourceOwner).toBe(server.orgs.own);
    },
  },
];
