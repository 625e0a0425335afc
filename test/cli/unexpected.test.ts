import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox } from "../../src/sandbox/index.js";
import { buildCli } from "./built-package.js";
import { listen } from "./foreign-servers.js";
import { runCli } from "./run-cli.js";

let built: ReturnType<typeof buildCli>;
let folder: string;
const silent = createServer((socket) => socket.on("error", () => {}));
beforeAll(() => {
  built = buildCli();
  folder = mkdtempSync(join(tmpdir(), "zitadel-resend-unexpected-"));
}, 60_000);
afterAll(() => {
  built?.remove();
  silent.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An environment in which a module runs before the command line. */
function withModule(name: string, text: string) {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return { NODE_OPTIONS: `--import ${path}`, ZITADEL_TOKEN: "a-token" };
}

describe("an error that nobody caught", () => {
  it.each([
    ["throws", 'process.on("SIGUSR2", () => { throw new Error("of nobody"); });'],
    ["rejects", 'process.on("SIGUSR2", () => { Promise.reject(new Error("of nobody")); });'],
  ])("while a call is under way: exit 5, %s", async (name, module) => {
    const url = await listen(createServerOnce());
    const { code, stdout, stderr } = await runCli(built.bin, ["send", "1", "--url", url], {
      env: withModule(name, module),
      during: async (child) => {
        await underWay;
        child.kill("SIGUSR2");
      },
    });
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toMatch(/^Maybe sent: of nobody \[unknown, unknown\]\n {2}.*\n$/);
  });

  let underWay: Promise<unknown>;
  function createServerOnce() {
    const server = createServer((socket) => socket.on("error", () => {}).resume());
    underWay = once(server, "connection").then(([socket]) => once(socket, "data"));
    server.unref();
    return server;
  }

  it("before the call has begun: exit 1", async () => {
    const throws = `const timer = setInterval(() => {
      if (process.listenerCount("uncaughtException") === 0) return;
      clearInterval(timer);
      throw new Error("of nobody");
    }, 5);`;
    const args = ["send", "1", "--url", await listen(silent), "--token-file", "-"];
    const { code, stderr } = await runCli(built.bin, args, {
      env: withModule("early", throws),
      // Standard input stays open.
      during: () => {},
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Not sent: of nobody /);
  });

  it("after the call: its own exit code, and its report stays the only one", async () => {
    await using sandbox = await createSandbox();
    const env = withModule("late", 'process.on("beforeExit", () => { throw new Error("of nobody"); });');
    const args = ["send", sandbox.users.initial.id, "--url", sandbox.url, "--json"];
    const { code, stdout, stderr } = await runCli(built.bin, args, {
      env: { ...env, ZITADEL_TOKEN: sandbox.tokens.valid },
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
    expect(stderr).toBe("Unexpected, after the call: of nobody\n");
  });

  it("is not needed: a call that nothing keeps alive ends without an answer, exit 5", async () => {
    const args = ["send", "1", "--url", await listen(createServerOnce())];
    const unref = `import { Socket } from "node:net";
      const { setTimeout } = globalThis;
      globalThis.setTimeout = (...given) => setTimeout(...given).unref();
      Socket.prototype.ref = function () { return this; };
      const { connect } = Socket.prototype;
      Socket.prototype.connect = function (...given) { connect.apply(this, given); return this.unref(); };`;
    const ended = await runCli(built.bin, args, { env: withModule("idle", unref) });
    // The report of a call that has run out of time would be another.
    expect(ended).toMatchObject({ code: 5, stderr: "" });
  });
});
