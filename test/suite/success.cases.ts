import { expect } from "vitest";
import type { SuiteCase } from "./suite-case.js";
import { until } from "./until.js";

const HOUR_MS = 3_600_000;

export const successCases: readonly SuiteCase[] = [
  {
    name: "sends the mail again, and tells who changed what",
    async run({ server, newClient }) {
      const user = await server.addUser();
      const before = await server.mailsTo(user.email);
      const { details } = await newClient().resendHumanInitialization({ userId: user.id });
      expect(details?.resourceOwner).toBe(server.orgs.own);
      expect(details?.sequence).toBeTypeOf("bigint");
      const changedAtMs = Number(details?.changeDate?.seconds) * 1000;
      expect(Math.abs(changedAtMs - Date.now())).toBeLessThan(HOUR_MS);
      await until("the mail", async () => (await server.mailsTo(user.email)) === before + 1);
    },
  },
  {
    name: "sends to a new address, and not to the old one",
    async run({ server, newClient }) {
      const user = await server.addUser();
      const before = await server.mailsTo(user.email);
      const email = `new-${user.email}`;
      const client = newClient();
      const first = await client.resendHumanInitialization({ userId: user.id, email });
      await until("the mail to the new address", async () => (await server.mailsTo(email)) === 1);
      // Later calls without an address keep the new one.
      const second = await client.resendHumanInitialization({ userId: user.id });
      await until("the second mail", async () => (await server.mailsTo(email)) === 2);
      expect(await server.mailsTo(user.email)).toBe(before);
      expect(second.details?.sequence).toBeGreaterThan(first.details?.sequence ?? 0n);
    },
  },
  {
    name: "sends to a user who is locked but not initialised",
    async run({ server, newClient }) {
      const { details } = await newClient().resendHumanInitialization({
        userId: server.users.lockedInitial.id,
      });
      expect(details?.resourceOwner).toBe(server.orgs.own);
    },
  },
  {
    name: "takes any text as the address when the guard is off, as the server does",
    async run({ server, newClient }) {
      const user = await server.addUser();
      const client = newClient({ guard: false });
      const { details } = await client.resendHumanInitialization({ userId: user.id, email: "not-an-email" });
      expect(details?.resourceOwner).toBe(server.orgs.own);
    },
  },
];
