import { X509Certificate } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { isLoopback } from "../../src/sandbox/target.js";

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
  ["LOCALHOST:80", true],
  ["evil.test:127.0.0.1", false],
])("isLoopback(%j) is %j", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test.each(["0.0.0.0", "::", "192.168.0.1", "example.test"])("does not listen on %s", async (host) => {
  await expect(createSandbox({ host })).rejects.toThrow(`does not listen on "${host}"`);
});

test.each(["http://x", "x:80", "", "*", "x/y", "x,y", "x".repeat(64), "x..y"])(
  "does not take %j for a host name",
  async (name) => {
    await expect(createSandbox({ allowRemote: [name] })).rejects.toThrow(/allowRemote.*leave out/);
  },
);

describe("with allowRemote", () => {
  const NAMES = ["Sandbox.test", "10.1.2.3", "fd00::1"];
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ host: "0.0.0.0", allowRemote: NAMES });
  });
  afterAll(() => sandbox.close());

  test("the URL, and the links of the mails, have the first name", () => {
    expect(sandbox.url).toMatch(/^http:\/\/Sandbox\.test:\d+$/);
  });

  const ask = (host: string, path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(sandbox.url);
      request({ host: "127.0.0.1", port, path, headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });

  test.each([
    ["sandbox.test", 200],
    ["SANDBOX.TEST:80", 200],
    ["10.1.2.3:80", 200],
    ["[fd00::1]:80", 200],
    ["localhost", 200],
    ["127.0.0.1:1", 200],
    ["evil.test", 404],
    ["sandbox.test.evil.test", 404],
    ["0.0.0.0", 404],
    ["10.1.2.4", 404],
  ])("a call to %s gets %i", async (host, status) => {
    for (const path of ["/mailbox", "/.well-known/openid-configuration"]) {
      expect(await ask(host, path)).toBe(status);
    }
  });

  test("the certificate is good for the names", async () => {
    await using secure = await createSandbox({ tls: true, host: "0.0.0.0", allowRemote: NAMES });
    const certificate = new X509Certificate(secure.certificate ?? "");
    expect(certificate.checkHost("sandbox.test")).toBe("sandbox.test");
    expect(certificate.checkIP("10.1.2.3")).toBe("10.1.2.3");
    expect(certificate.checkHost("localhost")).toBe("localhost");
  });
});

test("says so when the port is taken", async () => {
  await using sandbox = await createSandbox();
  const port = Number(new URL(sandbox.url).port);
  await expect(createSandbox({ port })).rejects.toThrow("EADDRINUSE");
});
