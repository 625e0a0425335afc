import { execFile, execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { buildPackage } from "../cli/built-package.js";
import { type Block, blocks, read, root, section, tableRows } from "./readme.js";

const run = promisify(execFile);

/** What the blocks say where a reader puts in their own. */
const URL_IN_README = "https://my-instance.zitadel.cloud";
const USER_IN_README = "163840776835432705";

/** How many mails each block sends to the user it names, by its heading. */
const MAILS: Record<string, number> = {
  "A service (gRPC)": 1,
  "A page (gRPC-web)": 1,
  REST: 1,
  "Any annotated service": 1,
  "Stubs only": 0,
  "A sandbox for your tests": 0,
  "Logs and traces": 1,
  "Command line": 3,
};

let built: ReturnType<typeof buildPackage>;
let sandbox: Sandbox;
beforeAll(async () => {
  built = buildPackage();
  sandbox = await createSandbox();
  const bin = join(built.folder, "bin");
  mkdirSync(bin);
  // `npx zitadel-resend …`, without asking a registry.
  writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${built.bin}" "$@"\n`);
  chmodSync(join(bin, "npx"), 0o755);
  const { key } = sandbox.serviceAccount;
  writeFileSync(join(built.folder, "key.json"), JSON.stringify(key), { mode: 0o600 });
  writeFileSync(join(built.folder, "token.txt"), sandbox.tokens.valid, { mode: 0o600 });
}, 60_000);
afterAll(async () => {
  built?.remove();
  await sandbox?.close();
});

const all = blocks();
const typescript = all.filter(({ language }) => language === "ts");
const shell = all.filter(({ language }) => language === "sh");

/** Puts the sandbox and one of its users where a reader puts their own. */
function forSandbox({ code }: Block): { code: string; mails: () => number } {
  const { id } = sandbox.addUser();
  return {
    code: code.replaceAll(URL_IN_README, sandbox.url).replaceAll(USER_IN_README, id),
    mails: () => sandbox.mailbox.filter((mail) => mail.userId === id).length,
  };
}

const env = () => ({
  PATH: `${join(built.folder, "bin")}:${process.env.PATH}`,
  ZITADEL_TOKEN: sandbox.tokens.valid,
});

describe("README.md", () => {
  it("has blocks of known kinds only", () => {
    expect(new Set(all.map(({ language }) => language))).toEqual(new Set(["ts", "sh", "text"]));
    expect(typescript.length).toBeGreaterThan(5);
  });

  it("has TypeScript that compiles against the package by its name", () => {
    typescript.forEach(({ code }, index) => {
      writeFileSync(join(built.folder, `block-${index}.ts`), code);
    });
    const project = {
      extends: join(root, "tsconfig.json"),
      compilerOptions: { noEmit: true, typeRoots: [join(root, "node_modules/@types")] },
      include: ["block-*.ts"],
    };
    writeFileSync(join(built.folder, "tsconfig.json"), JSON.stringify(project));
    const tsc = join(root, "node_modules/.bin/tsc");
    expect(() => execFileSync(tsc, ["-p", built.folder], { encoding: "utf8" })).not.toThrow();
  });

  it.each(typescript.map((block) => [block.heading, block] as const))("%s: runs", async (heading, block) => {
    const { code, mails } = forSandbox(block);
    const file = join(built.folder, `run-${typescript.indexOf(block)}.js`);
    writeFileSync(file, javascript(code));
    await run(process.execPath, [file], { cwd: built.folder, env: env() });
    expect(mails()).toBe(MAILS[heading]);
  });

  it.each(shell.filter(({ heading }) => heading === "Command line"))("$heading: runs", async (block) => {
    const { code, mails } = forSandbox(block);
    const { ZITADEL_TOKEN: _, ...withoutToken } = env();
    await run("sh", ["-e", "-c", code], { cwd: built.folder, env: withoutToken });
    expect(mails()).toBe(MAILS[block.heading]);
  });

  it("has the exit codes of --help", async () => {
    const { stdout } = await run(process.execPath, [built.bin, "--help"]);
    const help = [...stdout.matchAll(/^ {2}(\d+) +(.+)$/gm)].map(([, code, meaning]) => [code, meaning]);
    expect(help.length).toBe(6);
    expect(tableRows(section("exit-codes"))).toEqual(help);
  });

  it("has links that lead somewhere", () => {
    const text = read("README.md");
    const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(
      ([, title = ""]) =>
        `#${title
          .toLowerCase()
          .replace(/[^\w\- ]/g, "")
          .replaceAll(" ", "-")}`,
    );
    const links = [...text.matchAll(/\]\((?!https:)([^)]+)\)/g)].map(([, target = ""]) => target);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !anchors.includes(link) && !existsSync(join(root, link)))).toEqual([]);
  });

  it("names scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const named = shell.flatMap(({ code }) =>
      [...code.matchAll(/\bnpm (?:run )?(demo|test|bench|size)\b/g)].map(([, name]) => name),
    );
    expect(named).toContain("demo");
    expect(named).toContain("test");
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });

  it("shows what the demo prints", async () => {
    const { stdout } = await run(process.execPath, [built.bin, "demo"], { cwd: built.folder });
    const shown = /^```text\n([\s\S]*?)^```$/m.exec(section("demo"))?.[1];
    expect(shape(shown ?? "")).toBe(shape(stdout));
  });
});

/** A block as Node 20 runs it; a page would have a session storage. */
function javascript(code: string): string {
  const page = "globalThis.sessionStorage ??= { getItem: () => process.env.ZITADEL_TOKEN };\n";
  return transformSync(page + code, { loader: "ts", format: "esm", target: "node20.19" }).code;
}

/** What changes from run to run, made the same. */
function shape(output: string): string {
  return output.replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT").replace(/code [0-9A-F]{6}$/gm, "code CODE");
}
