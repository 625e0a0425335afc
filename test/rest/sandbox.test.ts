import { createServer } from "node:http";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { ManagementService as UpstreamService } from "@zitadel/proto/zitadel/management_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loginNamesOf } from "../../examples/any-service.mjs";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";
import { createTransport, explainError } from "../../src/node/index.js";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import * as web from "../../src/web/rest.js";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());

const transportOf = {
  node: () => createTransport({ baseUrl: sandbox.url, contentType: "application/json" }),
  web: () => web.createTransport({ baseUrl: sandbox.url }),
};

describe.each(["node", "web"] as const)("ZITADEL's sandbox, from %s", (build) => {
  const header = () => ({ authorization: `Bearer ${sandbox.tokens.valid}` });

  it("takes calls by our stubs and by upstream's", async () => {
    const transport = transportOf[build]();
    for (const service of [ManagementService, UpstreamService]) {
      const { id, email } = sandbox.addUser();
      const client = createClient(service, transport);
      const { details } = await client.resendHumanInitialization({ userId: id }, { headers: header() });
      expect(details?.resourceOwner).toBe(sandbox.orgs.own.id);
      expect(typeof details?.sequence).toBe("bigint");
      expect(sandbox.mailbox.filter(({ userId }) => userId === id)).toMatchObject([{ to: email }]);
    }
    await transport.close();
  });

  it("refuses with details that can be found", async () => {
    const transport = transportOf[build]();
    const client = createClient(ManagementService, transport);
    const error = await client
      .resendHumanInitialization({ userId: sandbox.users.active.id }, { headers: header() })
      .then(() => undefined, ConnectError.from);
    expect(error?.code).toBe(Code.FailedPrecondition);
    expect(error?.findDetails(ErrorDetailSchema)).toMatchObject([{ id: "COMMAND-2M9sd" }]);
    expect(explainError(error)).toMatchObject({ reason: "already_initialized", httpStatus: 400 });
    await transport.close();
  });

  it("is not reached by an id that REST cannot carry", async () => {
    const transport = transportOf[build]();
    const client = createClient(ManagementService, transport);
    for (const userId of ["", ".", "..", "a/b"]) {
      const call = client.resendHumanInitialization({ userId }, { headers: header() });
      await expect(call).rejects.toMatchObject({ code: Code.InvalidArgument });
      await expect(call).rejects.toThrow("user_id");
    }
    await transport.close();
  });
});

it("a page with REST alone makes the client's call", async () => {
  const { id } = sandbox.addUser();
  const auth = web.personalAccessToken(sandbox.tokens.valid);
  // The way past the guard shows that REST itself refuses what it cannot carry.
  await using client = web.createResendClient({
    baseUrl: sandbox.url,
    auth,
    allowInsecure: true,
    guard: false,
  });
  const { details } = await client.resendHumanInitialization({ userId: id, email: "new@example.test" });
  expect(details).toMatchObject({ resourceOwner: sandbox.orgs.own.id });
  expect(details?.changeDate?.seconds).toBeGreaterThan(1_700_000_000n);
  expect(sandbox.mailbox.at(-1)).toMatchObject({ to: "new@example.test", userId: id });
  const refused = await client
    .resendHumanInitialization({ userId: "1" })
    .then(() => undefined, ConnectError.from);
  expect(refused?.findDetails(ErrorDetailSchema)).toMatchObject([{ id: "COMMAND-2M9df" }]);
  const call = client.resendHumanInitialization({ userId: ".." });
  await expect(call).rejects.toThrow('user_id ".." has a segment that every URL parser takes away');
});

it("examples/any-service.ts asks another service by its own stubs", async () => {
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    seen.push([request.method, request.url, request.headers.authorization]);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      '{"user":{"userId":"a b","loginNames":["one","two"],"human":{"profile":{"givenName":"G"}}}}',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  expect(await loginNamesOf(`http://127.0.0.1:${port}`, "token", "a b")).toEqual(["one", "two"]);
  expect(seen).toEqual([["GET", "/v2/users/a%20b", "Bearer token"]]);
  await new Promise((resolve) => server.close(resolve));
});
