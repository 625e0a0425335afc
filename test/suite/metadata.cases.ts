import { expect } from "vitest";
import { failureOf } from "./failure-of.js";
import type { SuiteCase } from "./suite-case.js";

export const metadataCases: readonly SuiteCase[] = [
  {
    name: "metadata: the answer's headers reach the caller",
    async run({ server, newClient }) {
      const user = await server.addUser();
      let header = new Headers();
      await newClient().resendHumanInitialization(
        { userId: user.id },
        {
          onHeader: (received) => {
            header = received;
          },
        },
      );
      expect(header.get("content-type")).toMatch(/^application\//);
      expect(header.get("cache-control")).toBe("no-store");
    },
  },
  {
    name: "metadata: a refusal's headers are on the error",
    async run({ server, newClient }) {
      const call = newClient().resendHumanInitialization({ userId: server.users.active.id });
      const { error } = await failureOf(call);
      expect(error.metadata.get("cache-control")).toBe("no-store");
    },
  },
  {
    name: "metadata: interceptors see each call once, and never its credential",
    async run({ server, newClient }) {
      const seen: (string | null)[] = [];
      const client = newClient({
        orgId: server.orgs.own,
        interceptors: [
          (next) => (request) => {
            seen.push(request.header.get("authorization"), request.header.get("x-zitadel-orgid"));
            return next(request);
          },
        ],
      });
      await failureOf(client.resendHumanInitialization({ userId: server.users.active.id }));
      expect(seen).toEqual([null, server.orgs.own]);
    },
  },
];
