import { once } from "node:events";
import { request } from "node:http";
import { expect, test } from "vitest";
import { createBody } from "../../src/sandbox/exchange.js";
import { createSandbox } from "../../src/sandbox/index.js";
import { MAX_MAILS } from "../../src/sandbox/mailbox.js";
import { addUser, type Directory, sendInitialization } from "../../src/sandbox/users.js";
import { askRouter } from "./ask-router.js";
import { resend } from "./resend.js";

const MIB = 1024 * 1024;

test("the mailbox keeps the newest mails", () => {
  const directory: Directory = { orgIds: new Set(), users: new Map(), mailbox: [], now: () => 0, origin: "" };
  const user = addUser(directory, { id: "1", orgId: "1", state: "initial", loginName: "", email: "" });
  const mail = (n: number) => `${n}@example.test`;
  for (let n = 1; n <= MAX_MAILS + 2; n++) sendInitialization(directory, user, mail(n));
  expect(directory.mailbox).toHaveLength(10_000);
  expect(directory.mailbox[0]?.to).toBe(mail(3));
  expect(directory.mailbox.at(-1)?.to).toBe(mail(MAX_MAILS + 2));
});

test.each([1, 3, 7, 100])("a body keeps its front, up to the limit, in pieces of %i bytes", (size) => {
  const text = "0123456789abcdef";
  const body = createBody(10);
  for (let at = 0; at < text.length; at += size) body.add(Buffer.from(text.slice(at, at + size)));
  expect(body.size).toBe(text.length);
  expect(body.bytes().toString()).toBe("0123456789");
});

test("a body of single bytes takes no more memory than one in one piece", () => {
  const body = createBody();
  const byte = Buffer.from("x");
  for (let n = 0; n < MIB; n++) body.add(byte);
  expect(body.bytes()).toHaveLength(MIB);
  expect(body.bytes().buffer.byteLength).toBeLessThanOrEqual(2 * MIB);
});

test("a body that is too large to keep is refused as a message that is too large", async () => {
  await using sandbox = await createSandbox();
  const { status, json } = await resend(sandbox, sandbox.users.initial.id, { x: "y".repeat(6 * MIB) });
  expect(status).toBe(429);
  expect(json).toEqual({
    code: 8,
    message: expect.stringContaining("larger than max (6291464 vs. 4194304)"),
  });
  expect(sandbox.mailbox).toEqual([]);
});

test("a body without an end costs its connection", async () => {
  await using sandbox = await createSandbox();
  const { hostname, port } = new URL(sandbox.url);
  const endless = request({ hostname, port, method: "POST", path: "/x" });
  const chunk = Buffer.alloc(MIB);
  const write = () => void endless.write(chunk, (error) => error || write());
  write();
  expect(await once(endless, "error")).toMatchObject([{ code: expect.stringMatching(/EPIPE|ECONNRESET/) }]);
});

test("a form over 64 KiB is refused before it is read", async () => {
  const form = { target: "/oauth/v2/token", header: { "content-type": "application/x-www-form-urlencoded" } };
  const fill = "x".repeat(64 * 1024 - "grant_type=none&x=".length);
  const ask = async (body: string) => {
    const { status, text } = await askRouter({ ...form, body: Buffer.from(body) });
    return { status, error: JSON.parse(text).error };
  };
  expect(await ask(`grant_type=none&x=${fill}`)).toEqual({ status: 400, error: "unsupported_grant_type" });
  expect(await ask(`grant_type=none&x=${fill}x`)).toEqual({ status: 400, error: "invalid_request" });
});
