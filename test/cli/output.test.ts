/** The exit code is that of the call, whether or not its report can be written. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { buildCli } from "./built-package.js";
import { answeringHttp1, listen } from "./foreign-servers.js";

let built: ReturnType<typeof buildCli>;
let sandbox: Sandbox;
const servers: Server[] = [];
beforeAll(async () => {
  built = buildCli();
  sandbox = await createSandbox();
}, 60_000);
afterAll(async () => {
  built?.remove();
  await sandbox?.close();
  for (const server of servers) server.close();
});

/** Exit code of the command line with its output redirected by a shell, or into pipes that nobody reads. */
function exitCodeWith(redirect: string, args: readonly string[]): Promise<number | null> {
  const child = spawn("sh", ["-c", `exec "$0" "$@" ${redirect}`, process.execPath, built.bin, ...args], {
    env: { PATH: process.env.PATH, ZITADEL_TOKEN: sandbox.tokens.valid },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  child.stderr.destroy();
  return new Promise((resolve) => child.on("close", resolve));
}

const started = async (server: Server) => {
  servers.push(server);
  return listen(server);
};

const refusesConnections = async () => {
  const server = createServer();
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
};

const CALLS: readonly [string, number, () => Promise<readonly string[]>][] = [
  ["accepted", 0, async () => [sandbox.addUser().id, "--url", sandbox.url]],
  ["refused", 1, async () => [sandbox.users.active.id, "--url", sandbox.url]],
  ["repeated in vain", 1, async () => ["1", "--url", await refusesConnections(), "--retry", "2"]],
  [
    "without a certain answer",
    5,
    async () => [
      ...["1", "--url", await started(answeringHttp1(502, "text/plain", "")), "--retry", "2"],
      ...["--content-type", "application/json"],
    ],
  ],
];

const CLOSED = ["", ">&-", "2>&-", ">&- 2>&-"];
// Linux alone has a device that is a full disk.
const FULL = existsSync("/dev/full") ? [">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full"] : [];

describe.each([...CLOSED, ...FULL])("a report that cannot be written, %j", (redirect) => {
  it.each(CALLS)("a call that is %s: exit %i", async (_, exitCode, call) => {
    const args = ["send", ...(await call())];
    const codes = [exitCodeWith(redirect, args), exitCodeWith(redirect, [...args, "--json"])];
    expect(await Promise.all(codes)).toEqual([exitCode, exitCode]);
  });
});
