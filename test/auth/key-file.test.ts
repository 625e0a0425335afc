import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { Code, type ConnectError } from "@connectrpc/connect";
import { decodeJwt } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import { factsOf } from "../../src/errors/facts.js";
import { serviceAccountKeyFile } from "../../src/node/index.js";
import { serviceAccountKeyFile as webKeyFile } from "../../src/web/index.js";
import { caught } from "./caught.js";
import { hostOf } from "./host.js";
import { account } from "./service-account.js";
import { issuesTokens, startTokenEndpoint } from "./token-endpoint.js";

const posix = process.platform !== "win32";
const folder = mkdtempSync(join(tmpdir(), "key-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const keyJson = JSON.stringify(account.key);
const refusal = (path: string) => caught(async () => serviceAccountKeyFile(path));
const aboutFile = (error: ConnectError) => factsOf(error).because === "key_file";

describe("serviceAccountKeyFile", () => {
  it.each([0o600, 0o400, 0o640, 0o440, 0o660])(
    "takes a file that is its owner's and its group's: %o",
    async (mode) => {
      await using endpoint = await startTokenEndpoint(issuesTokens());
      const auth = serviceAccountKeyFile(write("key.json", keyJson, mode), { clockSkewMs: 0 });
      expect(await auth(hostOf(endpoint.url))(new Headers())).toBe("token-1");
      const claims = decodeJwt(endpoint.received[0]?.form.get("assertion") ?? "");
      expect(claims).toMatchObject({ sub: account.key.userId, iat: hostOf(undefined).now() / 1000 });
      rmSync(join(folder, "key.json"));
    },
  );

  it.runIf(posix).each([0o604, 0o602, 0o601, 0o644, 0o664, 0o444, 0o777])(
    "refuses a file that everybody may use, and says how to close it, or what else to do: %o",
    async (mode) => {
      const path = write("it's open.json", keyJson, mode);
      const error = await refusal(path);
      expect(aboutFile(error)).toBe(true);
      const [, command = "", instead] = /run: (.*); or (.*)$/.exec(error.rawMessage) ?? [];
      expect(instead).toMatch(/serviceAccountKey\(await readFile\(path, "utf8"\)\), or --key-file -/);
      expect(spawnSync("sh", ["-c", command]).status).toBe(0);
      serviceAccountKeyFile(path);
    },
  );

  it.runIf(posix)("looks at the file that a link leads to", async () => {
    const link = join(folder, "link.json");
    symlinkSync(write("target.json", keyJson, 0o644), link);
    expect((await refusal(link)).rawMessage).toMatch(/is open to every user/);
  });

  it.runIf(posix)("does not wait for a pipe that nobody writes to", async () => {
    const pipe = join(folder, "pipe");
    expect(spawnSync("mkfifo", ["-m", "600", pipe]).status).toBe(0);
    expect((await refusal(pipe)).rawMessage).toMatch(/is not a regular file; or pass what it holds/);
  });

  it.runIf(process.platform === "linux")(
    "names the system's reason where a file cannot be read",
    async () => {
      expect((await refusal("/dev/zero")).rawMessage).toMatch(/is not a regular file/);
      // A regular file that opens, but has nothing at its start.
      expect((await refusal("/proc/self/mem")).rawMessage).toMatch(
        /"\/proc\/self\/mem" cannot be read: EIO$/,
      );
    },
  );

  it("names a file that is missing, and the system's reason", async () => {
    const path = join(folder, "missing.json");
    const error = await refusal(path);
    expect(error).toMatchObject({ code: Code.InvalidArgument, cause: { code: "ENOENT" } });
    expect(error.rawMessage).toBe(`key file ${JSON.stringify(path)} cannot be opened: there is no such file`);
    expect(factsOf(error)).toEqual({
      reason: "unauthenticated",
      delivery: "not_sent",
      because: "key_file",
    });
  });

  it.each([
    ["a folder", () => folder, /is not a regular file/],
    ["no name", () => "", /^the path of the key file is missing$/],
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
    expect(aboutFile(error)).toBe(true);
  });

  it("says of an option that it is wrong, not of the file", async () => {
    const path = write("key.json", keyJson);
    const error = await caught(async () => serviceAccountKeyFile(path, { clockSkewMs: -1 }));
    expect(error.rawMessage).toMatch(/^clockSkewMs must be/);
    expect(factsOf(error)).toEqual({ reason: "invalid_request", delivery: "not_sent" });
  });

  const utf16be = () => Buffer.from(`\uFEFF${keyJson}`, "utf16le").swap16();
  it.each([
    ["UTF-8", () => Buffer.from(`\uFEFF${keyJson}`)],
    ["UTF-16, as PowerShell writes it", () => Buffer.from(`\uFEFF${keyJson}`, "utf16le")],
    ["UTF-16 in the other order", utf16be],
  ])("takes a file with a byte order mark: %s", (_, bytes) => {
    serviceAccountKeyFile(write("key.json", bytes()));
  });

  const base64 = Buffer.from(keyJson).toString("base64");
  it.each([
    ["the key", keyJson],
    ["its base64", base64],
    ["the first line of that", base64.slice(0, 76)],
    [
      "base64 of other JSON",
      Buffer.from(JSON.stringify(account.key, null, 2))
        .toString("base64")
        .slice(0, 64),
    ],
    ["its PEM", account.key.key ?? ""],
    ["a token", "N4xqSUVvYVpFMGtzRGxqT0ZWbFhCM2xw-Q_ZzJtWk5vYk1"],
    ["a token behind a folder", "./N4xqSUVvYVpFMGtzRGxqT0ZWbFhCM2xw"],
    ["a JSON Web Token", "eyJh.eyJz.sig"],
    ["a name that is too long for one", "a".repeat(300)],
    ["two lines", "first-secret\nsecond"],
    ["what no path can hold", "secret-\0-secret"],
  ])("does not repeat %s, passed in place of the path", async (_, secret) => {
    const error = await refusal(secret);
    expect(error.rawMessage).toBe(
      "there is no key file of the name that was given; it is not shown, for it may be a secret",
    );
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret.slice(0, 12));
    expect(error.cause).toBeUndefined();
  });

  it.each([
    "/run/secrets/zitadel-service-account-key.json",
    "C:\\Users\\Max Mustermann\\zitadel key.json",
    "/var/lib/kubelet/pods/1f0c7c5e-6f5e-4c57-9a0e-5b1f6f1ad6e2/volumes/key.json",
    "./400890802740071462.json",
    "schlüssel/2026-11-26.json",
  ])("repeats a name that is one: %s", async (path) => {
    expect((await refusal(path)).rawMessage).toContain(JSON.stringify(path));
  });

  it("is named in the web build, which has no files", async () => {
    const error = await caught(async () => webKeyFile("key.json"));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.rawMessage).toMatch(/works on Node only; pass the key itself to serviceAccountKey/);
    expect(factsOf(error).reason).toBe("not_supported");
  });
});
