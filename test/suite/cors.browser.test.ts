import { createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { explainError } from "../../src/errors/explain.js";
import { createResendClient, personalAccessToken } from "../../src/web/index.js";
import { failureOf } from "./failure-of.js";
import { openRemoteServer } from "./remote-server.js";
import type { TestServer } from "./test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await openRemoteServer(inject("controlUrl"));
}, 60_000);
afterAll(() => server?.close());

test("the page's origin is not the server's", () => {
  expect(new URL(server.url).origin).not.toBe(location.origin);
});

test("what the stock transport sends for a deadline is refused by CORS, so the suite's deadlines prove something", async () => {
  const stock = createClient(ManagementService, createGrpcWebTransport({ baseUrl: server.url }));
  const headers = { authorization: `Bearer ${server.tokens.valid}` };
  const call = (options: object) =>
    stock.resendHumanInitialization({ userId: server.users.active.id }, { headers, ...options });
  await expect(call({})).rejects.toThrow(/already initialized/);
  const error: unknown = await call({ timeoutMs: 60_000 }).catch((reason) => reason);
  expect(explainError(error)).toMatchObject({ reason: "unreachable", delivery: "maybe_sent" });
});

describe.each(["application/grpc-web+proto", "application/json"] as const)("%s", (contentType) => {
  test("a header outside the server's list fails, and the hint names CORS", async () => {
    const { url, tokens, users } = server;
    await using client = createResendClient({
      baseUrl: url,
      contentType,
      auth: personalAccessToken(tokens.valid),
    });
    const { failure } = await failureOf(
      client.resendHumanInitialization({ userId: users.active.id }, { headers: { "x-of-ours": "1" } }),
    );
    expect(failure).toMatchObject({ reason: "unreachable", delivery: "maybe_sent", retryable: false });
    expect(failure.hint).toContain("CORS");
  });
});
