import { createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { explainError } from "../../src/errors/explain.js";
import { createTransport, type TransportOptions } from "../../src/node/index.js";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { caught } from "../auth/caught.js";

let plain: Sandbox;
let secure: Sandbox;

beforeAll(async () => {
  plain = await createSandbox();
  secure = await createSandbox({ tls: true });
});

afterAll(async () => {
  await plain.close();
  await secure.close();
});

/** Makes one call on a transport of its own. */
async function call(sandbox: Sandbox, options: Partial<TransportOptions>, user = sandbox.users.initial) {
  const transport = createTransport({
    baseUrl: sandbox.url,
    contentType: "application/grpc-web+proto",
    ...options,
  });
  try {
    const headers = { authorization: `Bearer ${sandbox.tokens.valid}` };
    return await createClient(ManagementService, transport).resendHumanInitialization(
      { userId: user.id },
      { headers },
    );
  } finally {
    await transport.close();
  }
}

describe.each(["1.1", "2"] as const)("gRPC-web over HTTP/%s", (httpVersion) => {
  test.each([{}, { sendCompression: "gzip", compressMinBytes: 0 }, { acceptCompression: [] }] as const)(
    "makes the call, with %o",
    async (options) => {
      const mails = plain.mailbox.length;
      const { details } = await call(plain, { httpVersion, ...options });
      expect(details?.resourceOwner).toBe(plain.orgs.own.id);
      expect(plain.mailbox.length).toBe(mails + 1);
    },
  );

  test("brings the server's refusals", async () => {
    const error = await caught(() => call(plain, { httpVersion }, plain.users.active));
    expect(explainError(error)).toMatchObject({
      id: "COMMAND-2M9sd",
      reason: "already_initialized",
      delivery: "not_sent",
    });
  });

  test("trusts the authority that it is given, for the name that it is given", async () => {
    const ca = secure.certificate ?? "";
    expect((await call(secure, { httpVersion, tls: { ca } })).details?.resourceOwner).toBe(
      secure.orgs.own.id,
    );
    expect((await call(secure, { httpVersion, tls: { ca, serverName: "localhost" } })).details).toBeDefined();
    for (const tls of [{}, { ca, serverName: "zitadel.example" }]) {
      const error = await caught(() => call(secure, { httpVersion, tls }));
      expect(explainError(error)).toMatchObject({
        reason: "unreachable",
        delivery: "not_sent",
        retryable: false,
      });
      expect(error.rawMessage).toMatch(/^127\.0\.0\.1:\d+ has a certificate that is not trusted/);
    }
  });
});

test("a fetch that is given takes the place of undici", async () => {
  const urls: string[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    urls.push(String(input));
    return globalThis.fetch(input, init);
  };
  await call(plain, { fetch });
  const url = `${plain.url}/zitadel.management.v1.ManagementService/ResendHumanInitialization`;
  expect(urls).toEqual([url]);
});
