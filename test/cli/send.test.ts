import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONTENT_TYPES } from "../../src/options.js";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { buildCli } from "./built-package.js";
import { runCli, type Surroundings } from "./run-cli.js";

let built: ReturnType<typeof buildCli>;
let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  built = buildCli();
  sandbox = await createSandbox();
  folder = mkdtempSync(join(tmpdir(), "zr-cli-"));
}, 60_000);
afterAll(async () => {
  built?.remove();
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

const send = (args: readonly string[], surroundings?: Surroundings) =>
  runCli(built.bin, ["send", ...args], surroundings);
const toSandbox = () => ({ ZITADEL_URL: sandbox.url, ZITADEL_TOKEN: sandbox.tokens.valid });
const mailsOf = (userId: string) => sandbox.mailbox.filter((mail) => mail.userId === userId);

/** What a case gives the command line besides the user and the URL. */
interface Given {
  readonly args?: readonly string[];
  readonly input?: string;
  readonly env?: Record<string, string>;
}

/** Writes a file that nobody else can read. */
function file(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode });
  return path;
}

describe("a call that is accepted", () => {
  it.each(CONTENT_TYPES)("says so, over %s", async (contentType) => {
    const user = sandbox.addUser();
    const ended = await send([user.id, "--content-type", contentType], { env: toSandbox() });
    expect(ended).toEqual({
      code: 0,
      signal: null,
      stderr: "",
      stdout: `Sent: ZITADEL accepted the call and mails user ${user.id} the link.\n  organisation ${sandbox.orgs.own.id}, event 3 of the user\n`,
    });
    expect(mailsOf(user.id)).toHaveLength(1);
  });

  it.each(CONTENT_TYPES)("is one JSON object for machines, over %s", async (contentType) => {
    const user = sandbox.addUser();
    const { code, stdout, stderr } = await send([user.id, "--json", "--content-type", contentType], {
      env: toSandbox(),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.endsWith("}\n")).toBe(true);
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      userId: user.id,
      contentType,
      details: {
        sequence: "3",
        changeDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        resourceOwner: sandbox.orgs.own.id,
      },
    });
  });

  it("goes to the new address, and prints it masked", async () => {
    const user = sandbox.addUser();
    const { code, stdout } = await send([user.id, "--email", "grace@example.test"], { env: toSandbox() });
    expect(code).toBe(0);
    expect(mailsOf(user.id)).toMatchObject([{ to: "grace@example.test" }]);
    expect(stdout).toContain("g***@example.test");
    expect(stdout).not.toContain("grace");
  });

  it("acts in the organisation that is named, and an option goes before the environment", async () => {
    const user = sandbox.addUser({ orgId: sandbox.orgs.other.id });
    const env = { ...toSandbox(), ZITADEL_URL: "http://127.0.0.1:1", ZITADEL_ORG_ID: sandbox.orgs.own.id };
    const { code, stdout } = await send(
      [user.id, "--json", "--url", sandbox.url, "--org", sandbox.orgs.other.id],
      { env },
    );
    expect(JSON.parse(stdout)).toMatchObject({ details: { resourceOwner: sandbox.orgs.other.id } });
    expect(code).toBe(0);
    expect(mailsOf(user.id)).toHaveLength(1);
  });

  it.each(CONTENT_TYPES)("trusts the authority of --ca, over %s", async (contentType) => {
    await using server = await createSandbox({ tls: true });
    const ca = file("ca.pem", server.certificate ?? "");
    const args = [server.users.initial.id, "--url", server.url, "--content-type", contentType];
    const env = { ZITADEL_TOKEN: server.tokens.valid };
    const untrusted = await send([...args, "--retry", "off"], { env });
    expect(untrusted).toMatchObject({ code: 1, stdout: "" });
    expect(untrusted.stderr).toMatch(/certificate.*\n.*--ca/i);
    expect(await send([...args, "--ca", ca], { env })).toMatchObject({ code: 0, stderr: "" });
    expect(server.mailbox).toHaveLength(1);
  });

  it("is coloured where that is wanted, and plain with NO_COLOR or in a pipe", async () => {
    const coloured = await send([sandbox.addUser().id], { env: { ...toSandbox(), FORCE_COLOR: "1" } });
    expect(coloured.stdout).toContain("\u001b[");
    const plain = await send([sandbox.addUser().id], { env: { ...toSandbox(), NO_COLOR: "1" } });
    expect(plain.stdout).not.toContain("\u001b[");
  });
});

describe("credentials", () => {
  it.each<[string, () => Given]>([
    ["--token-file", () => ({ args: ["--token-file", file("token", `${sandbox.tokens.valid}\n`)] })],
    ["--token-file -", () => ({ args: ["--token-file", "-"], input: `${sandbox.tokens.valid}\n` })],
    ["--key-file", () => ({ args: ["--key-file", keyFile()] })],
    ["ZITADEL_TOKEN", () => ({ env: { ZITADEL_TOKEN: sandbox.tokens.valid } })],
    ["ZITADEL_KEY_FILE", () => ({ env: { ZITADEL_KEY_FILE: keyFile() } })],
    ["ZITADEL_CLIENT_ID and ZITADEL_CLIENT_SECRET", () => ({ env: clientCredentials() })],
    [
      "--token-file before ZITADEL_TOKEN",
      () => ({
        args: ["--token-file", file("token", sandbox.tokens.valid)],
        env: { ZITADEL_TOKEN: "wrong" },
      }),
    ],
    [
      "ZITADEL_TOKEN before ZITADEL_KEY_FILE",
      () => ({ env: { ZITADEL_TOKEN: sandbox.tokens.valid, ZITADEL_KEY_FILE: "/nowhere" } }),
    ],
  ])("come from %s", async (_, given) => {
    const { args = [], input, env = {} } = given();
    const user = sandbox.addUser();
    const ended = await send([user.id, "--url", sandbox.url, ...args], {
      env,
      ...(input !== undefined && { input }),
    });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(mailsOf(user.id)).toHaveLength(1);
  });

  const keyFile = () => file("key.json", JSON.stringify(sandbox.serviceAccount.key));
  const clientCredentials = () => ({
    ZITADEL_CLIENT_ID: sandbox.serviceAccount.clientId,
    ZITADEL_CLIENT_SECRET: sandbox.serviceAccount.clientSecret,
  });

  it.each<[string, () => Given, RegExp]>([
    ["none", () => ({}), /no credential; set ZITADEL_TOKEN, or pass --token-file FILE or --key-file FILE/],
    ["half of two", () => ({ env: { ZITADEL_CLIENT_ID: "x" } }), /ZITADEL_CLIENT_SECRET is missing/],
    ["the other half", () => ({ env: { ZITADEL_CLIENT_SECRET: "x" } }), /ZITADEL_CLIENT_ID is missing/],
    [
      "a missing token file",
      () => ({ args: ["--token-file", join(folder, "no")] }),
      /token file ".*no" cannot be opened/,
    ],
    [
      "an empty token file",
      () => ({ args: ["--token-file", file("empty", "\n")] }),
      /the token from .*empty is empty/,
    ],
    [
      "empty standard input",
      () => ({ args: ["--token-file", "-"] }),
      /the token from standard input is empty/,
    ],
    [
      "a token of two lines",
      () => ({ args: ["--token-file", file("two", "abc\ndef")] }),
      /character that no token has/,
    ],
    [
      "a missing key file",
      () => ({ args: ["--key-file", join(folder, "no")] }),
      /key file ".*no" cannot be opened/,
    ],
    [
      "a key file open to others",
      () => ({ args: ["--key-file", file("open.json", "{}", 0o644)] }),
      /open to every user; run: chmod o-rwx/,
    ],
    ["a key file that is none", () => ({ args: ["--key-file", file("none.json", "{}")] }), /key file/],
    ["a wrong token", () => ({ env: { ZITADEL_TOKEN: "wrong" } }), /unauthenticated/],
    [
      "a wrong secret",
      () => ({ env: { ...clientCredentials(), ZITADEL_CLIENT_SECRET: "wrong" } }),
      /unauthenticated/,
    ],
    [
      "no permission",
      () => ({ env: { ZITADEL_TOKEN: sandbox.tokens.withoutPermission } }),
      /permission_denied/,
    ],
  ])("%s: exit 4 and no mail", async (_, given, says) => {
    const { args = [], env = {} } = given();
    const user = sandbox.addUser();
    const ended = await send([user.id, "--url", sandbox.url, ...args], { env });
    expect(ended).toMatchObject({ code: 4, stdout: "" });
    expect(ended.stderr).toMatch(says);
    expect(ended.stderr).toMatch(/^Not sent: .*\n {2}.*\n$/);
    expect(mailsOf(user.id)).toEqual([]);
  });
});
