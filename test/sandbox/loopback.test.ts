import { expect, test } from "vitest";
import { createSandbox } from "../../src/sandbox/index.js";
import { isLoopback } from "../../src/sandbox/loopback.js";
import { resend } from "./resend.js";

test.each([
  ["127.0.0.1", true],
  ["127.1.2.3:80", true],
  ["localhost", true],
  ["localhost:8080", true],
  ["::1", true],
  ["[::1]:8080", true],
  ["0.0.0.0", false],
  ["::", false],
  ["", false],
  ["192.168.0.1", false],
  ["127.0.0.1.evil.test", false],
  ["localhost.evil.test:80", false],
  ["evil.test:127.0.0.1", false],
])("isLoopback(%j) is %j", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test.each(["0.0.0.0", "::", "192.168.0.1", "example.test"])("does not listen on %s", async (host) => {
  await expect(createSandbox({ host })).rejects.toThrow(`does not listen on "${host}"`);
});

test("listens elsewhere when told to, and then answers to any name", async () => {
  await using sandbox = await createSandbox({ host: "0.0.0.0", allowRemote: true });
  const { port } = new URL(sandbox.url);
  expect(sandbox.url).toBe(`http://0.0.0.0:${port}`);
  expect((await resend({ ...sandbox, url: `http://127.0.0.1:${port}` }, "1")).status).toBe(404);
});

test("says so when the port is taken", async () => {
  await using sandbox = await createSandbox();
  const port = Number(new URL(sandbox.url).port);
  await expect(createSandbox({ port })).rejects.toThrow("EADDRINUSE");
});
