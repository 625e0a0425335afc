import { connect } from "node:tls";
import { createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { createTransport } from "../../src/node/index.js";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox({ tls: true });
});
afterAll(() => sandbox.close());

const certificate = () => sandbox.certificate ?? "";

function negotiate(protocols: string[], servername: string): Promise<string | false | null> {
  const port = Number(new URL(sandbox.url).port);
  return new Promise((resolve, reject) => {
    const options = { port, host: "127.0.0.1", servername, ca: certificate(), ALPNProtocols: protocols };
    const socket = connect(options, () => {
      resolve(socket.alpnProtocol);
      socket.destroy();
    }).on("error", reject);
  });
}

test("speaks https, with a certificate to trust", () => {
  expect(sandbox.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect(certificate()).toContain("BEGIN CERTIFICATE");
});

test.each([
  [["h2", "http/1.1"], "h2"],
  [["http/1.1"], "http/1.1"],
])("a client that offers %j gets %s", async (offered, agreed) => {
  expect(await negotiate(offered, "localhost")).toBe(agreed);
});

test("the certificate is not for other names", async () => {
  await expect(negotiate(["h2"], "example.test")).rejects.toThrow(/altnames/);
});

describe.each(["application/grpc", "application/grpc-web+proto", "application/json"] as const)(
  "%s",
  (contentType) => {
    test.each(["127.0.0.1", "localhost"])("over TLS to %s", async (host) => {
      const baseUrl = sandbox.url.replace("127.0.0.1", host);
      const transport = createTransport({ baseUrl, contentType, tls: { ca: certificate() } });
      const { resendHumanInitialization } = createClient(ManagementService, transport);
      const headers = { authorization: `Bearer ${sandbox.tokens.valid}` };
      const { details } = await resendHumanInitialization({ userId: sandbox.users.initial.id }, { headers });
      expect(details?.resourceOwner).toBe(sandbox.orgs.own.id);
      await transport.close();
    });
  },
);

test("a client that does not trust it gets nowhere", async () => {
  await expect(fetch(`${sandbox.url}/mailbox`)).rejects.toThrow();
});

test("without TLS there is no certificate", async () => {
  await using plain = await createSandbox();
  expect(plain.certificate).toBeUndefined();
});
