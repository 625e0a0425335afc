import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code } from "@connectrpc/connect";
import { decodeJwt } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import { factsOf } from "../../src/errors/facts.js";
import { explainError, serviceAccountKeyFile } from "../../src/node/index.js";
import { serviceAccountKeyFile as webKeyFile } from "../../src/web/index.js";
import { caught } from "./caught.js";
import { hostOf } from "./host.js";
import { account } from "./service-account.js";
import { issuesTokens, startTokenEndpoint } from "./token-endpoint.js";

const posix = process.platform !== "win32";
const folder = mkdtempSync(join(tmpdir(), "key-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const keyJson = JSON.stringify(account.key);
const refusal = (path: string) => caught(async () => serviceAccountKeyFile(path));

describe("serviceAccountKeyFile", () => {
  it.each([0o600, 0o400])("takes a file that is its owner's alone: %o", async (mode) => {
    await using endpoint = await startTokenEndpoint(issuesTokens());
    const auth = serviceAccountKeyFile(write("key.json", keyJson, mode), { clockSkewMs: 0 });
    expect(await auth(hostOf(endpoint.url))(new Headers())).toBe("token-1");
    const claims = decodeJwt(endpoint.received[0]?.form.get("assertion") ?? "");
    expect(claims).toMatchObject({ sub: account.key.userId, iat: hostOf(undefined).now() / 1000 });
    rmSync(join(folder, "key.json"));
  });

  it.runIf(posix).each([0o604, 0o602, 0o601, 0o644, 0o777])(
    "refuses a file that everybody may use, and says how to close it: %o",
    async (mode) => {
      const path = write("it's open.json", keyJson, mode);
      const { rawMessage } = await refusal(path);
      expect(rawMessage).toContain("run chmod 600 on it");
      chmodSync(path, 0o600);
      serviceAccountKeyFile(path);
    },
  );

  it.runIf(posix).each([0o440, 0o640, 0o660])("takes a file that a group may read: %o", (mode) => {
    serviceAccountKeyFile(write(`group-${mode}.json`, keyJson, mode));
  });

  it("takes a byte order mark", () => {
    serviceAccountKeyFile(write("bom.json", `\ufeff${keyJson}`));
  });

  it.runIf(posix)("looks at the file that a link leads to", async () => {
    const link = join(folder, "link.json");
    symlinkSync(write("target.json", keyJson, 0o644), link);
    expect((await refusal(link)).rawMessage).toMatch(/is open to everybody/);
  });

  it.runIf(posix)("does not wait for a pipe that nobody writes to", async () => {
    const pipe = join(folder, "pipe");
    expect(spawnSync("mkfifo", ["-m", "600", pipe]).status).toBe(0);
    expect((await refusal(pipe)).rawMessage).toMatch(/is not a regular file$/);
  });

  it("names a file that is missing, and the system's reason", async () => {
    const path = join(folder, "missing.json");
    const error = await refusal(path);
    expect(error).toMatchObject({ code: Code.InvalidArgument, cause: { code: "ENOENT" } });
    expect(error.rawMessage).toContain(`key file ${JSON.stringify(path)} cannot be opened`);
    expect(factsOf(error)).toMatchObject({ reason: "unauthenticated", delivery: "not_sent" });
    expect(explainError(error).hint).toBe("Check the key file as the message says.");
  });

  it.each([
    ["a folder", () => folder, /is not a regular file$/],
    ["too large a file", () => write("large", " ".repeat(64 * 1024 + 1)), /is larger than 65536 bytes$/],
    ["an empty file", () => write("empty", ""), /"[^"]*empty": the service account key is not JSON/],
    [
      "another key",
      () => write("app", '{"type":"application"}'),
      /"[^"]*app": .* lacks "type": "serviceaccount"/,
    ],
  ])("refuses %s", async (_, make, message) => {
    const error = await refusal(make());
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.rawMessage).toMatch(message);
  });

  it("does not repeat a key that was passed in place of its path", async () => {
    const base64 = Buffer.from(keyJson).toString("base64");
    for (const secret of [keyJson, base64, base64.slice(0, 71), "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"]) {
      const error = await refusal(secret);
      expect(error.rawMessage).toMatch(/^the key file \(not shown: it looks like a secret/);
      expect(error.rawMessage).not.toContain(secret.slice(0, 20));
      expect(error.cause).toBeUndefined();
    }
  });

  it("is named in the web build, which has no files", async () => {
    const error = await caught(async () => webKeyFile("key.json"));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.rawMessage).toMatch(/works on Node only; pass the key itself to serviceAccountKey/);
    expect(factsOf(error).reason).toBe("not_supported");
  });
});
