import { Code } from "@connectrpc/connect";
import { expect } from "vitest";
import { failureOf } from "./failure-of.js";
import type { SuiteCase } from "./suite-case.js";

export const organizationCases: readonly SuiteCase[] = [
  {
    name: "organisation: the client's",
    async run({ server, newClient }) {
      const client = newClient({ orgId: server.orgs.other });
      const { details } = await client.resendHumanInitialization({ userId: server.users.otherOrg.id });
      expect(details?.resourceOwner).toBe(server.orgs.other);
    },
  },
  {
    name: "organisation: the call's, in place of the client's",
    async run({ server, newClient }) {
      const client = newClient({ orgId: server.orgs.own });
      const { details } = await client.resendHumanInitialization(
        { userId: server.users.otherOrg.id },
        { orgId: server.orgs.other },
      );
      expect(details?.resourceOwner).toBe(server.orgs.other);
    },
  },
  {
    name: "organisation: white space around it is left out, wherever it is named",
    async run({ server, newClient }) {
      const orgId = ` ${server.orgs.other}\n`;
      const request = { userId: server.users.otherOrg.id };
      const answers = [
        await newClient({ orgId }).resendHumanInitialization(request),
        await newClient().resendHumanInitialization(request, { orgId }),
        await newClient().resendHumanInitialization(request, { headers: { "x-zitadel-orgid": orgId } }),
        await newClient().resendHumanInitialization(request, {
          headers: [["X-Zitadel-OrgId", `${orgId}\t`]],
        }),
      ];
      for (const { details } of answers) expect(details?.resourceOwner).toBe(server.orgs.other);
    },
  },
  {
    name: "organisation: a user of another one is not found without it, and the hint says so",
    async run({ server, newClient }) {
      const call = newClient().resendHumanInitialization({ userId: server.users.otherOrg.id });
      const { error, failure } = await failureOf(call);
      expect(error.code).toBe(Code.NotFound);
      expect(failure).toMatchObject({ reason: "user_not_found", delivery: "not_sent", id: "COMMAND-2M9df" });
      expect(failure.hint).toContain("orgId");
    },
  },
  {
    name: "organisation: a user of the own one is not found in another",
    async run({ server, newClient }) {
      const client = newClient({ orgId: server.orgs.other });
      const { failure } = await failureOf(
        client.resendHumanInitialization({ userId: server.users.initial.id }),
      );
      expect(failure).toMatchObject({ reason: "user_not_found", delivery: "not_sent", id: "COMMAND-2M9df" });
    },
  },
  {
    name: "organisation: one that does not exist",
    async run({ server, newClient }) {
      const client = newClient({ orgId: "1" });
      const { error, failure } = await failureOf(
        client.resendHumanInitialization({ userId: server.users.initial.id }),
      );
      expect(error.code).toBe(Code.PermissionDenied);
      expect(failure).toMatchObject({
        reason: "organization_not_found",
        delivery: "not_sent",
        id: "AUTH-Bs7Ds",
      });
    },
  },
];
