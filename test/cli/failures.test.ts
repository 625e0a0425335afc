import { createServer as createHttp1 } from "node:http";
import { createServer as createNet, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONTENT_TYPES } from "../../src/options.js";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { buildCli } from "./built-package.js";
import { answeringHttp1, answeringHttp2, listen } from "./foreign-servers.js";
import { runCli } from "./run-cli.js";

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

const USER = "163840776835432705";
const HTML = "<!doctype html><title>Welcome</title><h1>It works</h1>";
const [GRPC, GRPC_WEB, REST] = CONTENT_TYPES;

async function started(server: Server): Promise<string> {
  servers.push(server);
  return listen(server);
}

/** A port that refuses connections. */
async function closedPort(): Promise<string> {
  const server = createNet();
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

describe("what the server refuses: exit 1, with ZITADEL's id and what to do", () => {
  it.each(CONTENT_TYPES)("over %s", async (contentType) => {
    const args = ["send", sandbox.users.active.id, "--url", sandbox.url, "--content-type", contentType];
    const env = { ZITADEL_TOKEN: sandbox.tokens.valid };
    const human = await runCli(built.bin, args, { env });
    expect(human).toMatchObject({ code: 1, stdout: "" });
    expect(human.stderr).toMatch(
      /^Not sent: .*\[already_initialized, failed_precondition, COMMAND-2M9sd.*\]\n {2}.*CreateInviteCode.*\n$/,
    );
    const { code, stdout, stderr } = await runCli(built.bin, [...args, "--json"], { env });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      reason: "already_initialized",
      delivery: "not_sent",
      retryable: false,
      code: "failed_precondition",
      id: "COMMAND-2M9sd",
      ...(contentType !== GRPC && { httpStatus: contentType === REST ? 400 : 200 }),
      message: expect.stringContaining("COMMAND-2M9sd"),
      hint: expect.stringContaining("CreateInviteCode"),
    });
    expect(sandbox.mailbox).toEqual([]);
  });

  it("names --org where a user is not found and none was named", async () => {
    const { id } = sandbox.users.otherOrg;
    const env = { ZITADEL_URL: sandbox.url, ZITADEL_TOKEN: sandbox.tokens.valid };
    const { code, stderr } = await runCli(built.bin, ["send", id], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/user_not_found.*\n.*--org/);
  });
});

describe("a server that cannot be reached, or is no ZITADEL: what is wrong in a line, what to do in another", () => {
  it.each<[string, string, () => Promise<string>, number, RegExp]>([
    ["refuses connections", GRPC, closedPort, 1, /unreachable.*\n.*--url/],
    ["refuses connections", GRPC_WEB, closedPort, 1, /unreachable.*\n.*--url/],
    ["refuses connections", REST, closedPort, 1, /unreachable.*\n.*--url/],
    [
      "answers HTML, HTTP/2",
      GRPC,
      () => started(answeringHttp2(200, "text/html", HTML)),
      5,
      /text\/html.*not_supported/,
    ],
    [
      "answers HTML, HTTP/1.1 only",
      GRPC,
      () => started(answeringHttp1(200, "text/html", HTML)),
      1,
      /HTTP\/2/,
    ],
    [
      "answers HTML",
      GRPC_WEB,
      () => started(answeringHttp1(200, "text/html", HTML)),
      5,
      /text\/html.*not_supported/,
    ],
    [
      "answers HTML",
      REST,
      () => started(answeringHttp1(200, "text/html", HTML)),
      5,
      /text\/html.*It works.*not_supported/,
    ],
    ["answers HTML, 404", REST, () => started(answeringHttp1(404, "text/html", HTML)), 1, /404.*\n/],
    [
      "answers plain text",
      REST,
      () => started(answeringHttp1(200, "text/plain", "hello")),
      5,
      /text\/plain.*hello.*not_supported/,
    ],
    [
      "answers plain text",
      GRPC_WEB,
      () => started(answeringHttp1(200, "text/plain", "hello")),
      5,
      /text\/plain.*not_supported/,
    ],
    [
      "answers plain text, HTTP/2",
      GRPC,
      () => started(answeringHttp2(200, "text/plain", "hello")),
      5,
      /text\/plain.*not_supported/,
    ],
    [
      "answers with JSON to gRPC-web",
      GRPC_WEB,
      () => started(answeringHttp1(200, "application/json", "{}")),
      5,
      /application\/json.*not_supported/,
    ],
    [
      "is a proxy without gRPC: 415",
      GRPC,
      () => started(answeringHttp2(415, "text/plain", "")),
      1,
      /415.*not_supported|not_supported.*415/,
    ],
    [
      "is a proxy whose server is down: 502",
      REST,
      () => started(answeringHttp1(502, "text/html", "<h1>Bad Gateway")),
      5,
      /502/,
    ],
  ])("%s, over %s", async (_, contentType, url, exitCode, says) => {
    const args = [
      "send",
      USER,
      "--url",
      await url(),
      "--content-type",
      contentType,
      "--retry",
      "off",
      "--timeout",
      "5s",
    ];
    const { code, stdout, stderr } = await runCli(built.bin, args, { env: { ZITADEL_TOKEN: "a-token" } });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(exitCode === 5 ? /^Maybe sent: .*\n {2}.*\n$/ : /^Not sent: .*\n {2}.*\n$/);
    expect(stderr).not.toMatch(/a-token|\n {4}at /);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: "" });
  });
});

describe("the error of the network", () => {
  it.each([
    ["a port that refuses connections", closedPort, /no connection to .*ECONNREFUSED/],
    [
      "https:// of a server without TLS",
      async () => sandbox.url.replace("http:", "https:"),
      /does not speak TLS: check --url/,
    ],
  ])("is in the line, also where a key needs a token first: %s", async (_, url, says) => {
    const args = ["send", USER, "--url", await url(), "--key-file", "-", "--retry", "off"];
    const input = JSON.stringify(sandbox.serviceAccount.key);
    const { code, stderr } = await runCli(built.bin, args, { input });
    expect(stderr.split("\n")[0]).toMatch(says);
    expect(code).toBe(1);
  });
});

describe("what a server repeats", () => {
  it.each([["--json"], ["--retry=off"]])(
    "is printed without the token and the address, %s",
    async (option) => {
      const echo = createHttp1((request, response) => {
        const said = `${request.headers.authorization} or ${request.headers.authorization?.slice(7)} `;
        response.writeHead(502, { "content-type": "text/plain" }).write(said);
        request.pipe(response);
      });
      const args = ["send", USER, "--url", await started(echo), "--content-type", REST, option];
      const { code, stdout, stderr } = await runCli(built.bin, [...args, "--email", "grace@example.test"], {
        env: { ZITADEL_TOKEN: "a-secret-token" },
      });
      expect(code).toBe(5);
      expect(stdout + stderr).toContain("g***@example.test");
      expect(stdout + stderr).not.toMatch(/a-secret-token|grace/);
    },
  );
});

describe("Ctrl-C", () => {
  it.each(CONTENT_TYPES)(
    "ends a call under way, over %s: exit 130, and says that a mail may be out",
    async (contentType) => {
      const silent = createNet();
      const url = await started(silent);
      const args = ["send", USER, "--url", url, "--content-type", contentType];
      const { code, signal, stdout, stderr } = await runCli(built.bin, args, {
        env: { ZITADEL_TOKEN: "a-token" },
        during: (child) => {
          silent.once("connection", (socket) =>
            socket.once("data", () => child.kill("SIGINT")).on("error", () => {}),
          );
        },
      });
      expect({ code, signal, stdout }).toEqual({ code: 130, signal: null, stdout: "" });
      expect(stderr).toMatch(/ sent:.* interrupted .*canceled/);
    },
  );
});

describe("repeating", () => {
  it("says so for each attempt, and stops after --retry", async () => {
    const args = ["send", USER, "--url", await closedPort(), "--retry", "2"];
    const { code, stderr } = await runCli(built.bin, args, { env: { ZITADEL_TOKEN: "a-token" } });
    expect(code).toBe(1);
    expect(
      stderr.match(/^Attempt \d was not sent \(unreachable\); the next one in \d+ ms\.$/gm),
    ).toHaveLength(2);
  });

  it.each([
    ["that took the request", REST, 5, "Maybe sent"],
    ["that never became one of HTTP/2", GRPC, 1, "Not sent"],
  ])("gives up at --timeout, on a connection %s", async (_, contentType, exitCode, verdict) => {
    const url = await started(createNet());
    const args = ["send", USER, "--url", url, "--timeout", "2s", "--content-type", contentType];
    const { code, stderr } = await runCli(built.bin, args, { env: { ZITADEL_TOKEN: "a-token" } });
    expect(stderr).toMatch(/^.*: .*\[timeout, deadline_exceeded\]\n {2}.*--timeout.*\n$/);
    expect(stderr.startsWith(verdict), stderr).toBe(true);
    expect(code).toBe(exitCode);
  });
});
