import type { EventEmitter } from "node:events";
import { afterEach, expect, test } from "vitest";
import { createSandbox } from "../../src/sandbox/index.js";
import { resend } from "./resend.js";

/** Takes the test runner's place at an event of the process. */
function listenTo(event: string) {
  const target: EventEmitter = process;
  const others = target.listeners(event);
  target.removeAllListeners(event);
  restore = () => {
    target.removeAllListeners(event);
    for (const other of others) target.on(event, (...args) => other(...args));
  };
  return new Promise((resolve) => target.on(event, resolve));
}

let restore = () => {};
afterEach(() => restore());

test.each<[string, string, () => void]>([
  [
    "uncaughtException",
    "throws",
    () => {
      throw new Error("of onRequest");
    },
  ],
  [
    "unhandledRejection",
    "rejects",
    async () => {
      throw new Error("of onRequest");
    },
  ],
])("an %s is what an onRequest becomes that %s; the call is answered", async (event, _, onRequest) => {
  await using sandbox = await createSandbox({ onRequest });
  const thrown = listenTo(event);
  const { status } = await resend(sandbox, sandbox.users.initial.id);
  expect(status).toBe(200);
  expect(sandbox.mailbox).toHaveLength(1);
  expect(await thrown).toMatchObject({ message: "of onRequest" });
});
