import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONTENT_TYPES } from "../../src/options.js";
import { buildCli } from "./built-package.js";
import { listen } from "./foreign-servers.js";
import { runCli } from "./run-cli.js";

let built: ReturnType<typeof buildCli>;
beforeAll(() => {
  built = buildCli();
}, 60_000);
afterAll(() => built?.remove());

describe("zitadel-resend sandbox", () => {
  it.each([[["--tls"]], [[]]])("%j takes calls with what it prints, until Ctrl-C", async (options) => {
    let files: string[] = [];
    const ended = await runCli(built.bin, ["sandbox", "--port", "0", "--json", ...options], {
      during: async (child) => {
        for await (const line of createInterface(child.stdout)) {
          const { url, users, tokens, clientId, clientSecret, keyFile, caFile, orgs } = JSON.parse(line);
          files = [keyFile, ...(caFile ? [caFile] : [])];
          expect(statSync(keyFile).mode & 0o777).toBe(0o600);
          const credentials = [
            { ZITADEL_TOKEN: tokens.valid },
            { ZITADEL_KEY_FILE: keyFile },
            { ZITADEL_CLIENT_ID: clientId, ZITADEL_CLIENT_SECRET: clientSecret },
          ];
          for (const [index, contentType] of CONTENT_TYPES.entries()) {
            const env = { ZITADEL_URL: url, ...credentials[index] };
            const args = ["send", users.initial.id, "--json", "--content-type", contentType];
            const sent = await runCli(built.bin, caFile ? [...args, "--ca", caFile] : args, { env });
            expect(sent).toMatchObject({ code: 0, stderr: "" });
            expect(JSON.parse(sent.stdout)).toMatchObject({ details: { resourceOwner: orgs.own.id } });
          }
          child.kill("SIGINT");
        }
      },
    });
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: "" });
    expect(files.length).toBe(options.length + 1);
    expect(files.filter((file) => existsSync(file))).toEqual([]);
  });

  it("shows a person the users, the credentials and a call to try", async () => {
    const { code, stdout } = await runCli(built.bin, ["sandbox", "--port", "0"], {
      during: (child) =>
        child.stdout.on("data", (text) => `${text}`.includes("Ctrl-C") && child.kill("SIGTERM")),
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^A ZITADEL to try things out at http:\/\/127\.0\.0\.1:\d+: gRPC, gRPC-web and REST/,
    );
    expect(stdout).toMatch(/^ {2}initial +\d{18} {2}\S+@\S+$/m);
    expect(stdout).toMatch(/^ {2}export ZITADEL_URL=\S+ ZITADEL_TOKEN=\S+\n {2}zitadel-resend send \d{18}$/m);
  });

  it("names the way out where the port is taken", async () => {
    const taken = createServer();
    const { port } = new URL(await listen(taken));
    const { code, stderr } = await runCli(built.bin, ["sandbox", "--port", port]);
    taken.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Usage: .*EADDRINUSE.*; pass another --port\n {2}/);
  });

  it("does not listen where other machines reach it, unless told", async () => {
    const { code, stderr } = await runCli(built.bin, ["sandbox", "--port", "0", "--host", "0.0.0.0"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/"0\.0\.0\.0".*--allow-remote/);
  });

  it("answers other machines under the names that it is told", async () => {
    const args = [
      "sandbox",
      "--port",
      "0",
      "--json",
      "--host",
      "0.0.0.0",
      "--allow-remote",
      "sandbox.test, b.test",
    ];
    let url = "";
    const { code } = await runCli(built.bin, args, {
      during: async (child) => {
        for await (const line of createInterface(child.stdout)) {
          ({ url } = JSON.parse(line));
          child.kill("SIGINT");
        }
      },
    });
    expect(code).toBe(0);
    expect(url).toMatch(/^http:\/\/sandbox\.test:\d+$/);
    const wrong = await runCli(built.bin, [
      "sandbox",
      "--port",
      "0",
      "--allow-remote",
      "http://sandbox.test",
    ]);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--allow-remote.*leave out scheme/),
    });
  });
});

describe("zitadel-resend demo", () => {
  it("shows each wire, what arrived and two refusals, and ends by itself", async () => {
    const { code, stdout, stderr } = await runCli(built.bin, ["demo"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const requests = [...stdout.matchAll(/→ (.+)\n +(POST .+)/g)].map(([, wire, line]) => [
      wire,
      line?.replace(/\d{18}/, "ID"),
    ]);
    const grpcLine = "POST /zitadel.management.v1.ManagementService/ResendHumanInitialization";
    expect(requests).toEqual([
      ["application/grpc+proto over HTTP/2", grpcLine],
      ["application/grpc-web+proto over HTTP/1.1", grpcLine],
      ["application/json over HTTP/1.1", "POST /management/v1/users/ID/_resend_initialization"],
      ["application/grpc+proto over HTTP/2", grpcLine],
    ]);
    expect(stdout.match(/← accepted/g)).toHaveLength(3);
    expect(stdout.match(/✉ to \S+@\S+ /g)).toHaveLength(3);
    expect(stdout).toContain("already_initialized");
    expect(stdout).toContain("COMMAND-2M9sd");
    expect(stdout).toContain("invalid_request");
    expect(stdout).not.toContain("\u001b[");
  });

  it("survives a reader that leaves early", async () => {
    const piped = `{ "${process.execPath}" "${built.bin}" demo; echo "exit $?" >&2; } | head -n 1`;
    const { stdout, stderr } = await promisify(execFile)("sh", ["-c", piped]);
    expect(stdout).toMatch(/^.*\n$/);
    expect(stderr).toBe("exit 0\n");
  });
});
