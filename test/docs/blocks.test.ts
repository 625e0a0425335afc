import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { picturesOf } from "../../scripts/pictures.mjs";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { type Block, blocksOf, documents, read, section, tableRows } from "./documents.js";
import { readersProject } from "./project.js";

const run = promisify(execFile);

/** What the blocks hold where a reader puts in their own. */
const URL_IN_DOCS = "https://my-instance.zitadel.cloud";
const USER_IN_DOCS = "163840776835432705";

/** How many mails each block sends to the user that it names. */
const MAILS: Record<string, number> = {
  "README.md: zitadel-resend": 1,
  "README.md: A service": 1,
  "README.md: A page": 1,
  "README.md: The command line": 2,
  "README.md: Tests of your own": 0,
  "docs/command-line.md: Command line": 2,
  "docs/errors.md: Errors": 1,
  "docs/languages.md: TypeScript: the stubs alone": 0,
  "docs/languages.md: Every language: the `.proto` files": 0,
  "docs/languages.md: curl": 1,
  "docs/operations.md: A service that stops well": 1,
  "docs/operations.md: Keys": 1,
  "docs/operations.md: Proxies": 1,
  "docs/operations.md: Corporate CAs": 1,
  "docs/operations.md: Logs": 1,
  "docs/options.md: Options of a call": 1,
  "docs/rest.md: REST": 1,
  "docs/rest.md: Any annotated service": 1,
  "docs/sandbox.md: Sandbox": 0,
  "docs/sandbox.md: By hand, and for other languages": 0,
};
/** A server, which runs until it gets a signal. */
const SERVER = "docs/operations.md: A service that stops well";
/** Calls a server whose certificate the system does not trust. */
const TLS = "docs/operations.md: Corporate CAs";

/** Reaches its server through a proxy. */
const PROXY = "docs/operations.md: Proxies";

const all = documents.flatMap(blocksOf);
const typescript = all.filter(({ language }) => language === "ts");
/** Lines of npm are for the project itself, and not run here. */
const programs = typescript.filter(({ place }) => place !== SERVER && place !== PROXY);
const blockAt = (place: string) => typescript.find((block) => block.place === place) ?? expect.fail(place);
const npm = all.filter(({ language, code }) => language === "sh" && /^npm /.test(code));
const shell = all.filter((block) => block.language === "sh" && !npm.includes(block));
const needsCurl = ({ code }: Block) => /\bcurl /.test(code);
const hasCurl = spawnSync("curl", ["--version"]).status === 0;

let project: ReturnType<typeof readersProject>;
let sandbox: Sandbox;
let tlsSandbox: Sandbox;
beforeAll(async () => {
  project = readersProject();
  [sandbox, tlsSandbox] = await Promise.all([createSandbox(), createSandbox({ tls: true })]);
  const write = (name: string, text: string) =>
    writeFileSync(join(project.folder, name), text, { mode: 0o600 });
  write("key.json", JSON.stringify(sandbox.serviceAccount.key));
  write("token.txt", sandbox.tokens.valid);
  write("corporate-ca.pem", tlsSandbox.certificate ?? "");
}, 60_000);
afterAll(async () => {
  project?.remove();
  await Promise.all([sandbox?.close(), tlsSandbox?.close()]);
});

async function runShell(place: string, block: Block) {
  const { code, token, mails } = forSandbox(block);
  const { ZITADEL_TOKEN, ZITADEL_KEY_FILE: _, ...others } = environment(token);
  // The command line's blocks bring their own credential.
  const env = code.includes("$ZITADEL_TOKEN") ? { ...others, ZITADEL_TOKEN } : others;
  await run("sh", ["-e", "-c", code], { cwd: project.folder, env });
  expect(mails()).toBe(MAILS[place]);
}

/** Puts a sandbox and one of its users where a reader puts their own. */
function forSandbox({ place, code }: Block) {
  const server = place === TLS ? tlsSandbox : sandbox;
  const { id } = server.addUser();
  return {
    code: code.replaceAll(URL_IN_DOCS, server.url).replaceAll(USER_IN_DOCS, id),
    userId: id,
    token: server.tokens.valid,
    mails: () => server.mailbox.filter((mail) => mail.userId === id).length,
  };
}

const environment = (token: string) => ({
  PATH: project.path,
  ZITADEL_TOKEN: token,
  ZITADEL_KEY_FILE: "key.json",
  PORT: "0",
});

describe("the blocks of the documents", () => {
  it("are of known kinds, and each one that runs is listed here once", () => {
    const readOnly = ["text", "yaml", "console", "python", "go"];
    expect(new Set(all.map(({ language }) => language))).toEqual(new Set(["ts", "sh", ...readOnly]));
    expect([...typescript, ...shell].map(({ place }) => place).sort()).toEqual(Object.keys(MAILS).sort());
  });

  it("compile against the package by its name", () => {
    expect(() => project.compile(typescript.map(({ code }) => code))).not.toThrow();
  }, 60_000);

  it("name scripts of npm that exist", () => {
    const { scripts, version } = JSON.parse(read("package.json"));
    const documented = documents.flatMap((path) => [...read(path).matchAll(/`?npm run ([\w:]+)/g)]);
    const named = [
      ...documented.map(([, name]) => name),
      ...npm.flatMap(({ code }) =>
        [...code.matchAll(/\bnpm (?:run )?(demo|test|bench|size)\b/g)].map(([, name]) => name),
      ),
    ];
    expect(named).toContain("demo");
    expect(named).toContain("test");
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
    for (const { code } of npm) {
      for (const [, packed] of code.matchAll(/zitadel-resend-(\S+)\.tgz/g)) expect(packed).toBe(version);
    }
  });
});

describe.concurrent("runs", () => {
  it.each(programs.map((block) => [block.place, block] as const))("%s", async (place, block) => {
    const { code, token, mails } = forSandbox(block);
    const file = project.javascript(`run-${typescript.indexOf(block)}.js`, code);
    await run(process.execPath, [file], { cwd: project.folder, env: environment(token) });
    expect(mails()).toBe(MAILS[place]);
  });

  const ofShell = (blocks: readonly Block[]) => blocks.map((block) => [block.place, block] as const);
  it.each(ofShell(shell.filter((block) => !needsCurl(block))))("%s", runShell);
  it.skipIf(!hasCurl).each(ofShell(shell.filter(needsCurl)))("%s", runShell);

  it(`${SERVER}: answers in JSON, and ends after SIGTERM`, async () => {
    const { code, token, userId, mails } = forSandbox(blockAt(SERVER));
    const file = project.javascript("server.js", code);
    const server = spawn(process.execPath, [file], { cwd: project.folder, env: environment(token) });
    try {
      const [line] = await once(createInterface(server.stdout), "line");
      const port = /port: (\d+)/.exec(String(line))?.[1];
      const ask = (id: string) =>
        fetch(`http://127.0.0.1:${port}/users/${id}/resend`, {
          method: "POST",
          headers: { connection: "close" },
        });
      const accepted = await ask(userId);
      expect(await accepted.json()).toMatchObject({ details: { sequence: "3" } });
      const refused = await ask(sandbox.users.active.id);
      expect(refused.status).toBe(502);
      expect(await refused.json()).toEqual({ reason: "already_initialized", delivery: "not_sent" });
      server.kill("SIGTERM");
      expect(await once(server, "exit")).toEqual([0, null]);
    } finally {
      server.kill("SIGKILL");
    }
    expect(mails()).toBe(MAILS[SERVER]);
  });

  it(`${PROXY}: all goes through the proxy`, async () => {
    const { code, token, mails } = forSandbox(blockAt(PROXY));
    const proxy = await startProxy();
    const file = project.javascript("through-proxy.js", code);
    const env = { ...environment(token), HTTPS_PROXY: proxy.url };
    await run(process.execPath, [file], { cwd: project.folder, env });
    await proxy.close();
    expect(mails()).toBe(MAILS[PROXY]);
    // One tunnel may carry the request for a token and the call.
    expect(new Set(proxy.targets())).toEqual(new Set([new URL(sandbox.url).host]));
  });
});

describe("what the documents show", () => {
  it("is the exit codes of --help", async () => {
    const { stdout } = await run(process.execPath, [project.bin, "--help"]);
    const help = [...stdout.matchAll(/^ {2}(\d+) +(.+)$/gm)].map(([, code, meaning]) => [code, meaning]);
    expect(help.length).toBe(6);
    expect(tableRows(section("docs/command-line.md", "exit-codes"))).toEqual(help);
  });

  // Where this fails: npm run build && npm run pictures
  it("is the pictures that the scripts draw now", () => {
    for (const [path, svg] of Object.entries(picturesOf(project.bin))) expect(read(path)).toBe(svg);
  });
});

/** An HTTP proxy that opens tunnels (CONNECT), and notes to where. */
async function startProxy() {
  const targets: string[] = [];
  const server = createServer().on("connect", (request, socket) => {
    const { hostname, port } = new URL(`http://${request.url}`);
    targets.push(`${hostname}:${port}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [socket, upstream]) end.on("error", () => upstream.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    targets: () => targets,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
