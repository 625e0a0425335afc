import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSandbox, type Sandbox, type UserState } from "../../src/sandbox/index.js";
import { resend } from "./resend.js";

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await createSandbox();
});
afterEach(() => sandbox.close());

const OUTCOMES = {
  initial: 200,
  lockedInitial: 200,
  active: 400,
  deactivated: 400,
  locked: 400,
  removed: 404,
  machine: 404,
} as const satisfies Record<UserState, number>;

describe.each(Object.entries(OUTCOMES))("%s", (state, status) => {
  const isState = (name: string): name is UserState => name in OUTCOMES;

  test(`answers ${status}, and only an accepted call sends a mail`, async () => {
    if (!isState(state)) throw new Error(state);
    for (const { id } of [sandbox.users[state], sandbox.addUser({ state })]) {
      expect((await resend(sandbox, id)).status).toBe(status);
    }
    expect(sandbox.mailbox).toHaveLength(status === 200 ? 2 : 0);
  });
});

test("a plain call is one event, a new address one more, the present address none", async () => {
  const { id, email } = sandbox.users.initial;
  const sequences: unknown[] = [];
  for (const body of [
    {},
    { email: "new@example.test" },
    { email: "new@example.test" },
    { email },
    { email: "" },
  ]) {
    const { json } = await resend(sandbox, id, body);
    sequences.push(json.details);
  }
  expect(sequences).toMatchObject(["3", "5", "6", "8", "9"].map((sequence) => ({ sequence })));
});

test("a new address replaces the old one: this mail and the next go to it", async () => {
  const { id } = sandbox.users.initial;
  await resend(sandbox, id, { email: "new@example.test" });
  await resend(sandbox, id);
  expect(sandbox.mailbox.map(({ to }) => to)).toEqual(["new@example.test", "new@example.test"]);
});

test("the user's organisation owns the answer, and only a call that names it finds the user", async () => {
  const { id } = sandbox.users.otherOrg;
  const orgId = sandbox.orgs.other.id;
  expect((await resend(sandbox, id)).status).toBe(404);
  expect(await resend(sandbox, id, {}, { "x-zitadel-orgid": orgId })).toMatchObject({
    status: 200,
    json: { details: { resourceOwner: orgId } },
  });
});

test("an added user has what was asked for, else an address of its own", async () => {
  const orgId = sandbox.orgs.other.id;
  const added = sandbox.addUser({ email: "a@example.test", orgId });
  expect(added.email).toBe("a@example.test");
  expect((await resend(sandbox, added.id, {}, { "x-zitadel-orgid": orgId })).status).toBe(200);
  expect(new Set([sandbox.addUser(), sandbox.addUser()].map(({ email }) => email)).size).toBe(2);
});
