import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Interceptor } from "@connectrpc/connect";
import { type Attributes, createNoopMeter, metrics, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createResendAction } from "../../examples/browser.mjs";
import { createFakeClient } from "../../examples/fake-transport.mjs";
import { logging } from "../../examples/logger.mjs";
import { telemetry } from "../../examples/opentelemetry.mjs";
import { resendToNewAddress } from "../../examples/rest.mjs";
import { resendFor } from "../../examples/service.mjs";
import { createResendClient, personalAccessToken, serviceAccountKey } from "../../src/node/index.js";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { buildCli } from "../cli/built-package.js";
import { root } from "./documents.js";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox?.close());

const mailsOf = (userId: string) => sandbox.mailbox.filter((mail) => mail.userId === userId);
const clientWith = (interceptor: Interceptor) =>
  createResendClient({
    baseUrl: sandbox.url,
    auth: personalAccessToken(sandbox.tokens.valid),
    interceptors: [interceptor],
  });

it("service.mjs answers who asked for a mail", async () => {
  await using service = createResendClient({
    baseUrl: sandbox.url,
    auth: serviceAccountKey(sandbox.serviceAccount.key),
  });
  const { id } = sandbox.addUser();
  expect(await resendFor(service, id)).toMatch(/^Look into your mailbox: /);
  expect(mailsOf(id)).toHaveLength(1);
  expect(await resendFor(service, sandbox.users.active.id)).toBe("You have a password already.");
});

it("browser.mjs tells the page what came of it", async () => {
  const resend = createResendAction({
    zitadelUrl: sandbox.url,
    getAccessToken: async () => sandbox.tokens.valid,
  });
  const { id } = sandbox.addUser();
  expect(await resend(id)).toBe("The mail is on its way.");
  expect(mailsOf(id)).toHaveLength(1);
  expect(await resend(sandbox.users.removed.id)).toMatch(/^Not sent\. Check userId/);
});

it("rest.mjs mails to a new address", async () => {
  const { id } = sandbox.addUser();
  const address = {
    baseUrl: sandbox.url,
    token: sandbox.tokens.valid,
    userId: id,
    email: "new@example.test",
  };
  expect(await resendToNewAddress(address)).toBe(sandbox.orgs.own.id);
  expect(mailsOf(id)).toMatchObject([{ to: "new@example.test" }]);
});

it("logger.mjs logs how each call ended, and no address", async () => {
  const lines: unknown[] = [];
  const log = (level: string) => (fields: object, message: string) =>
    lines.push({ level, message, ...fields });
  let now = 0;
  await using logged = clientWith(logging({ info: log("info"), warn: log("warn") }, () => (now += 7)));
  await logged.resendHumanInitialization({ userId: sandbox.addUser().id, email: "ada@example.test" });
  await expect(logged.resendHumanInitialization({ userId: sandbox.users.active.id })).rejects.toThrow();
  const method = "zitadel.management.v1.ManagementService/ResendHumanInitialization";
  expect(lines).toEqual([
    { level: "info", message: "call accepted", method, durationMs: 7 },
    {
      level: "warn",
      message: "call failed",
      method,
      durationMs: 7,
      reason: "already_initialized",
      delivery: "not_sent",
      id: "COMMAND-2M9sd",
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain("example.test");
});

it("opentelemetry.mjs makes a span and a duration of each call, by the conventions", async () => {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  const durations: [number, Attributes | undefined][] = [];
  const record = (seconds: number, attributes?: Attributes) => void durations.push([seconds, attributes]);
  const meter = Object.assign(createNoopMeter(), { createHistogram: () => ({ record }) });
  metrics.setGlobalMeterProvider({ getMeter: () => meter });
  let now = 0;
  await using traced = clientWith(telemetry({ propagate: true, now: () => (now += 250) }));
  await traced.resendHumanInitialization({ userId: sandbox.addUser().id });
  await expect(traced.resendHumanInitialization({ userId: sandbox.users.active.id })).rejects.toThrow();
  trace.disable();
  metrics.disable();
  const { hostname, port } = new URL(sandbox.url);
  const name = "zitadel.management.v1.ManagementService/ResendHumanInitialization";
  const attributes = {
    "rpc.system.name": "grpc",
    "rpc.method": name,
    "server.address": hostname,
    "server.port": Number(port),
  };
  const accepted = { ...attributes, "rpc.response.status_code": "OK" };
  const refused = {
    ...attributes,
    "rpc.response.status_code": "FAILED_PRECONDITION",
    "error.type": "FAILED_PRECONDITION",
  };
  expect(
    exporter
      .getFinishedSpans()
      .map(({ name, kind, attributes, status }) => ({ name, kind, attributes, status })),
  ).toEqual([
    { name, kind: 2, attributes: accepted, status: { code: 0 } },
    {
      name,
      kind: 2,
      attributes: refused,
      status: { code: 2, message: "already_initialized, not_sent" },
    },
  ]);
  expect(durations).toEqual([
    [0.25, accepted],
    [0.25, refused],
  ]);
});

it("fake-transport.mjs stands in for a server, behind the real client", async () => {
  const { client, mailed } = createFakeClient(["1"]);
  await client.resendHumanInitialization({ userId: "1" });
  await expect(client.resendHumanInitialization({ userId: "2" })).rejects.toThrow("no such user");
  await expect(client.resendHumanInitialization({ userId: "1", email: "1" })).rejects.toThrow(
    "same as userId",
  );
  expect(mailed).toEqual(["1"]);
});

describe("command-line.sh", () => {
  let built: ReturnType<typeof buildCli>;
  const folder = mkdtempSync(join(tmpdir(), "zitadel-resend-sh-"));
  beforeAll(() => {
    built = buildCli();
    writeFileSync(
      join(folder, "zitadel-resend"),
      `#!/bin/sh\nexec "${process.execPath}" "${built.bin}" "$@"\n`,
    );
    chmodSync(join(folder, "zitadel-resend"), 0o755);
  }, 60_000);
  afterAll(() => {
    built?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (users: readonly string[], token: string) => {
    const env = { PATH: `${folder}:${process.env.PATH}`, ZITADEL_URL: sandbox.url, ZITADEL_TOKEN: token };
    const running = promisify(execFile)("sh", [`${root}/examples/command-line.sh`], { env });
    running.child.stdin?.end(users.map((id) => `${id}\n`).join(""));
    return running;
  };

  it("mails a list, and goes on after a user who is refused", async () => {
    const [first, second] = [sandbox.addUser(), sandbox.addUser()];
    const { active } = sandbox.users;
    const { stdout, stderr } = await run([first.id, active.id, second.id], sandbox.tokens.valid);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).ok),
    ).toEqual([true, false, true]);
    expect(stderr).toBe(`left out: ${active.id}\n`);
    expect([...mailsOf(first.id), ...mailsOf(second.id)]).toHaveLength(2);
  });

  it("stops at a credential that is refused", async () => {
    const { id } = sandbox.addUser();
    await expect(run([id, id], "wrong")).rejects.toMatchObject({
      code: 4,
      stdout: expect.stringMatching(/^.*\n$/),
    });
  });
});
