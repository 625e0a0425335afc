import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { installTarball, manifest, runModule } from "./tarball.js";

/** What the examples tell their readers to install besides the package. */
const NAMED_BY_EXAMPLES = ["@grpc/grpc-js", "@grpc/proto-loader", "@opentelemetry/api", "@zitadel/proto"];

const installed = installTarball([...Object.keys(manifest.dependencies), ...NAMED_BY_EXAMPLES]);
const examples = installed.files.filter((path) => path.startsWith("examples/") && path.endsWith(".mjs"));
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(async () => {
  installed.remove();
  await sandbox?.close();
});

/** Runs an example where npm has put it. */
async function runExample(name: string, ...args: readonly string[]): Promise<string> {
  const keyFile = join(installed.project, "key.json");
  writeFileSync(keyFile, JSON.stringify(sandbox.serviceAccount.key), { mode: 0o600 });
  const env = {
    ZITADEL_URL: sandbox.url,
    ZITADEL_TOKEN: sandbox.tokens.valid,
    ZITADEL_KEY_FILE: keyFile,
  };
  const file = join("node_modules/zitadel-resend/examples", name);
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], {
    cwd: installed.project,
    env,
  });
  return stdout.trim();
}

const mailsOf = (userId: string) => sandbox.mailbox.filter((mail) => mail.userId === userId).length;

describe("the examples of an installed package", () => {
  it("are modules that load there", () => {
    expect(examples.length).toBeGreaterThan(7);
    const files = examples
      // It is a program: it runs below.
      .filter((path) => path !== "examples/grpc-js.mjs")
      .map((path) => JSON.stringify(join(installed.installed, path)));
    const code = `for (const file of [${files}]) console.log(Object.keys(await import(file)).length);`;
    expect(runModule(installed.project, code).split("\n")).toEqual(files.map(() => "1"));
  });

  it.each<[string, RegExp, ...string[]]>([
    ["service.mjs", /^Look into your mailbox/],
    ["rest.mjs", /^\d+$/, "new@example.test"],
    ["stubs-only.mjs", /^\d+$/],
    ["grpc-js.mjs", /"details":/],
  ])("%s runs there and mails", async (name, says, ...args) => {
    const { id } = sandbox.addUser();
    expect(await runExample(name, id, ...args)).toMatch(says);
    expect(mailsOf(id)).toBe(1);
  });
});
