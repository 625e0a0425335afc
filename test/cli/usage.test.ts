import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCli } from "./built-package.js";
import { listen } from "./foreign-servers.js";
import { runCli } from "./run-cli.js";

let built: ReturnType<typeof buildCli>;
beforeAll(() => {
  built = buildCli();
}, 60_000);
afterAll(() => built?.remove());

describe("help and version", () => {
  it("prints the version of the package, and loads hardly anything for it", async () => {
    const manifest = JSON.parse(readFileSync(join(built.folder, "package.json"), "utf8"));
    const coverage = join(built.folder, "coverage");
    const ended = await runCli(built.bin, ["--version"], { env: { NODE_V8_COVERAGE: coverage } });
    expect(ended).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
    const [report = ""] = readdirSync(coverage);
    const { result }: { result: { url: string }[] } = JSON.parse(
      readFileSync(join(coverage, report), "utf8"),
    );
    const loaded = result.map(({ url }) => url).filter((url) => url.startsWith("file:"));
    expect(loaded.length).toBeLessThan(5);
    expect(loaded.filter((url) => /node_modules|\/(send|sandbox|demo)-/.test(url))).toEqual([]);
    const size = loaded.reduce((sum, url) => sum + statSync(fileURLToPath(url)).size, 0);
    expect(size).toBeLessThan(200_000);
  });

  it.each([[[]], [["send"]], [["sandbox"]], [["demo"]]])(
    "helps with %j on standard output",
    async (command) => {
      const { code, stdout, stderr } = await runCli(built.bin, [...command, "--help"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^Usage: zitadel-resend/);
    },
  );

  it("shows examples, credentials and every exit code", async () => {
    const { stdout } = await runCli(built.bin, ["send", "--help"]);
    for (const text of [
      "$ zitadel-resend send",
      "ZITADEL_TOKEN",
      "ZITADEL_KEY_FILE",
      "ZITADEL_CLIENT_SECRET",
    ]) {
      expect(stdout).toContain(text);
    }
    const codes = [...stdout.matchAll(/^ {2}(\d+) +\S/gm)].map((found) => Number(found[1]));
    expect(codes).toEqual([0, 1, 2, 4, 5, 130]);
  });

  it("helps on standard error, with exit 2, where nothing is asked", async () => {
    const { code, stdout, stderr } = await runCli(built.bin, []);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: zitadel-resend/);
  });
});

describe("wrong usage: exit 2, one line that says what and one that says where to look", () => {
  const USER = "163840776835432705";

  it.each<[readonly string[], RegExp]>([
    [["sned"], /unknown command 'sned' \(Did you mean send\?\)/],
    [["send"], /missing required argument 'USER_ID'/],
    [["send", USER, "another"], /too many arguments for 'send'/],
    [["send", USER, "--emial", "x"], /unknown option '--emial' \(Did you mean --email\?\)/],
    [["send", USER, "--token", "secret-token"], /unknown option '--token'/],
    [["send", USER, "--token=secret-token"], /unknown option '--token=…'/],
    [
      ["send", USER, "--content-type", "application/xml"],
      /argument 'application\/xml' is invalid.*application\/grpc-web\+proto/,
    ],
    [
      ["send", USER, "--timeout", "10"],
      /--timeout.*'10' is invalid. Give a number and a unit: 10s, 500ms or 1m/,
    ],
    [["send", USER, "--retry", "often"], /--retry.*'often' is invalid/],
    [["send", USER, "--retry", "-1"], /--retry/],
    [
      ["send", USER, "--token-file", "a", "--key-file", "b"],
      /'--key-file <file>' cannot be used with option '--token-file <file>'/,
    ],
    [["sandbox", "--port", "65536"], /--port.*'65536' is invalid/],
    [["sandbox", "--port", "http"], /--port.*'http' is invalid/],
  ])("%j", async (args, says) => {
    const { code, stdout, stderr } = await runCli(built.bin, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^Usage: .*\n {2}.*--help.*\n$/);
    expect(stderr).not.toContain("secret-token");
  });

  it("is one JSON object with --json", async () => {
    const { code, stdout, stderr } = await runCli(built.bin, ["send", "--json"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      reason: "invalid_request",
      delivery: "not_sent",
      retryable: false,
      code: "invalid_argument",
      message: "missing required argument 'USER_ID'",
      hint: expect.stringContaining("--help"),
    });
  });
});

describe("a request that cannot be right: exit 2, and nothing is sent", () => {
  const USER = "163840776835432705";
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  let url: string;
  beforeAll(async () => {
    url = await listen(server);
  });
  afterAll(() => server.close());

  it.each<[string, () => readonly string[], RegExp]>([
    ["no URL", () => [USER], /no URL; pass --url https:\S+ or set ZITADEL_URL/],
    ["an empty URL", () => [USER, "--url", ""], /no URL/],
    ["a URL that is none", () => [USER, "--url", "my-instance.zitadel.cloud"], /is not a URL/],
    ["a URL of another kind", () => [USER, "--url", "ftp://host"], /is no https:/],
    ["a URL with credentials", () => [USER, "--url", "https://me:s3cret@host"], /holds credentials/],
    [
      "a URL with a query",
      () => [USER, "--url", "https://host?x=1"],
      /holds credentials, a query or a fragment/,
    ],
    ["http to another machine", () => [USER, "--url", "http://zitadel.example"], /--allow-insecure/],
    [
      "a missing CA file",
      () => [USER, "--url", url, "--ca", "/no/such.pem"],
      /cannot read the file of --ca: ENOENT/,
    ],
    [
      "an empty CA file",
      () => [USER, "--url", url, "--ca", "/dev/null"],
      /the file of --ca is empty; leave it out, or pass PEM/,
    ],
    ["an empty id", () => ["", "--url", url], /USER_ID is missing/],
    [
      "an id that is too long",
      () => ["1".repeat(201), "--url", url],
      /USER_ID has 201 characters; at most 200/,
    ],
    ["an address that is none", () => [USER, "--url", url, "--email", "ada"], /is not an e-mail address/],
    ["the id as the address", () => [USER, "--url", url, "--email", USER], /email is the same as USER_ID/],
    [
      "a path in the id, over REST",
      () => ["..", "--url", url, "--content-type", "application/json"],
      /gRPC and gRPC-web can carry/,
    ],
    [
      "a slash in the id, over REST",
      () => ["a/b", "--url", url, "--content-type", "application/json"],
      /gRPC and gRPC-web can carry/,
    ],
  ])("%s", async (_, args, says) => {
    const before = connections;
    const env = { ZITADEL_TOKEN: "a-token" };
    const { code, stdout, stderr } = await runCli(built.bin, ["send", ...args()], { env });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^Not sent: .*\n {2}.*\n$/);
    expect(stderr).not.toMatch(/s3cret|a-token/);
    expect({ code, stdout, connections }).toEqual({ code: 2, stdout: "", connections: before });
  });
});
