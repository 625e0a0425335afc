/** A token or a key from a file, a pipe or a terminal. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { buildCli } from "./built-package.js";
import { runCli } from "./run-cli.js";
import { noTerminal, onTerminal } from "./terminal.js";

let built: ReturnType<typeof buildCli>;
let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  built = buildCli();
  sandbox = await createSandbox();
  folder = mkdtempSync(join(tmpdir(), "zr-input-"));
}, 60_000);
afterAll(async () => {
  built?.remove();
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

const send = (...args: string[]) => ["send", sandbox.addUser().id, "--url", sandbox.url, ...args];

function file(name: string, content: string, mode: number): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode });
  return path;
}

function fifo(): string {
  const path = join(folder, "fifo");
  execFileSync("mkfifo", [path]);
  return path;
}

describe("--token-file", () => {
  it("may be open to a group, which is how Kubernetes mounts secrets", async () => {
    const path = file("group", sandbox.tokens.valid, 0o440);
    expect(await runCli(built.bin, send("--token-file", path))).toMatchObject({ code: 0 });
  });

  it.each<[string, () => string, RegExp]>([
    [
      "open to everybody",
      () => file("open", sandbox.tokens.valid, 0o644),
      /open to every user.*--token-file -/,
    ],
    ["larger than 64 KiB", () => file("large", "x".repeat(65_537), 0o600), /larger than 65536 bytes/],
    ["a pipe that nobody writes to", fifo, /is not a regular file/],
    ["a device without an end", () => "/dev/zero", /is not a regular file/],
    ["a folder", () => folder, /is not a regular file/],
  ])("is refused when it is %s: exit 4", async (_, path, says) => {
    const { code, stderr } = await runCli(built.bin, send("--token-file", path()));
    expect(code).toBe(4);
    expect(stderr).toMatch(says);
  });
});

describe("standard input", () => {
  it("gives a key with --key-file -", async () => {
    const input = `\ufeff${JSON.stringify(sandbox.serviceAccount.key)}\n`;
    expect(await runCli(built.bin, send("--key-file", "-"), { input })).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  it("is refused when it holds no key: exit 4", async () => {
    const { code, stderr } = await runCli(built.bin, send("--key-file", "-"), { input: "a-token" });
    expect(code).toBe(4);
    expect(stderr).not.toContain("a-token");
  });

  it.skipIf(!existsSync("/dev/zero"))("is read up to 64 KiB: exit 4", async () => {
    const args = [
      "-c",
      'exec "$0" "$@" </dev/zero',
      process.execPath,
      built.bin,
      ...send("--token-file", "-"),
    ];
    const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
      const child = execFile("sh", args, (_, _stdout, stderr) => resolve({ code: child.exitCode, stderr }));
    });
    expect(code).toBe(4);
    expect(stderr).toMatch(/the token from standard input is larger than 65536 bytes/);
  });

  it("interrupted: exit 130", async () => {
    const { code, stderr } = await runCli(built.bin, send("--token-file", "-", "--ca", "/dev/null"), {
      env: { NODE_OPTIONS: `--import ${file("ready.mjs", INTERRUPTS, 0o600)}` },
      // Standard input stays open.
      during: () => {},
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Not sent: interrupted while reading standard input/);
  });

  /** Ctrl-C as soon as the command line listens to it. */
  const INTERRUPTS = `process.on("newListener", (event) => {
    if (event === "SIGINT") setTimeout(() => process.kill(process.pid, "SIGINT"));
  });`;
});

describe.skipIf(noTerminal)(`a terminal${noTerminal ? `: ${noTerminal}` : ""}`, () => {
  const run = (option: string, typed: string, ...args: string[]) =>
    onTerminal([built.bin, ...send(option, "-", ...args)], { NO_COLOR: "1" }, { asked: "not shown", typed });

  it("does not show a token that is pasted, and takes it at Enter", async () => {
    const { shown, code } = await run("--token-file", `${sandbox.tokens.valid}\r`);
    expect(shown).toMatch(/^Paste the token, then press Enter\. It is not shown\.\r\nSent: /);
    expect(shown).not.toContain(sandbox.tokens.valid.slice(0, 8));
    expect(code).toBe(0);
  });

  it("does not show a key, and takes it at Ctrl-D", async () => {
    const key = JSON.stringify(sandbox.serviceAccount.key, null, 2).replaceAll("\n", "\r");
    const { shown, code } = await run("--key-file", `${key}\r\u0004`);
    expect(shown).toMatch(/^Paste the key, then press Enter and Ctrl-D\. It is not shown\.\r\nSent: /);
    expect(shown).not.toContain("serviceaccount");
    expect(code).toBe(0);
  });

  it("is interrupted by Ctrl-C: exit 130", async () => {
    const { shown, code } = await run("--token-file", "abc\u0003");
    expect(shown).toContain("interrupted while reading standard input");
    expect(code).toBe(130);
  });

  it("may end without a token: exit 4", async () => {
    const { shown, code } = await run("--token-file", "\u0004");
    expect(shown).toContain("the token from standard input is empty");
    expect(code).toBe(4);
  });
});
