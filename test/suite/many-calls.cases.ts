import { Code } from "@connectrpc/connect";
import { expect } from "vitest";
import { failureOf } from "./failure-of.js";
import type { SuiteCase } from "./suite-case.js";

export const manyCallsCases: readonly SuiteCase[] = [
  {
    name: "many: 200 calls at once, each gets its own answer",
    async run({ server, newClient }) {
      const { initial, ...others } = server.users;
      const ids = [others.active, others.removed, others.locked, others.machine].map(({ id }) => id);
      const codes = [Code.FailedPrecondition, Code.NotFound, Code.FailedPrecondition, Code.NotFound];
      const client = newClient({ timeoutMs: 30_000 });
      const got = await Promise.all(
        Array.from({ length: 200 }, async (_, i) => {
          const { error } = await failureOf(
            client.resendHumanInitialization({ userId: ids[i % ids.length] ?? initial.id }),
          );
          return error.code;
        }),
      );
      expect(got).toEqual(Array.from({ length: 200 }, (_, i) => codes[i % codes.length]));
    },
  },
  {
    name: "many: 200 mails at once, none twice",
    only: { server: "sandbox", because: "a real server sends about five mails a second" },
    async run({ server, newClient }) {
      const users = await Promise.all(Array.from({ length: 200 }, () => server.addUser()));
      const client = newClient({ timeoutMs: 30_000 });
      await Promise.all(users.map(({ id }) => client.resendHumanInitialization({ userId: id })));
      const mails = await Promise.all(users.map(({ email }) => server.mailsTo(email)));
      expect(mails).toEqual(users.map(() => 1));
    },
  },
];
