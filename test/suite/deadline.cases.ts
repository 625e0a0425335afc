import { Code } from "@connectrpc/connect";
import { expect } from "vitest";
import { failureOf } from "./failure-of.js";
import type { SuiteCase } from "./suite-case.js";

export const deadlineCases: readonly SuiteCase[] = [
  {
    name: "deadline: a call to a server that says nothing is over in time",
    async run({ wire, server, newClient }) {
      const client = newClient({ baseUrl: server.silentUrl });
      const call = client.resendHumanInitialization({ userId: "1" }, { timeoutMs: 500 });
      const { error, failure } = await failureOf(call);
      expect(error.code).toBe(Code.DeadlineExceeded);
      // Nothing leaves before TLS has been agreed on, nor over HTTP/2 before the server's SETTINGS.
      const isUnsent = server.silentUrl.startsWith("https:") || wire === "application/grpc";
      const delivery = isUnsent ? "not_sent" : "maybe_sent";
      expect(failure).toMatchObject({ reason: "timeout", delivery, retryable: false });
    },
  },
  {
    name: "deadline: the client's holds where a call has none",
    async run({ server, newClient }) {
      const client = newClient({ baseUrl: server.silentUrl, timeoutMs: 500 });
      const { error } = await failureOf(client.resendHumanInitialization({ userId: "1" }));
      expect(error.code).toBe(Code.DeadlineExceeded);
    },
  },
  {
    name: "deadline: one that is far away changes nothing",
    async run({ server, newClient }) {
      const user = await server.addUser();
      const { details } = await newClient().resendHumanInitialization(
        { userId: user.id },
        { timeoutMs: 60_000 },
      );
      expect(details?.resourceOwner).toBe(server.orgs.own);
    },
  },
];
