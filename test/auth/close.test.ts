import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { Socket } from "node:net";
import { Code } from "@connectrpc/connect";
import { expect, it } from "vitest";
import { clientCredentials, createResendClient, explainError } from "../../src/node/index.js";
import { createSandbox } from "../../src/sandbox/index.js";
import { caught } from "./caught.js";
import { listen } from "./listen.js";
import { sendJson } from "./token-endpoint.js";

/** An issuer on an origin of its own, which keeps its connections for ten minutes. */
async function openIssuer(answer: RequestListener) {
  const sockets: Socket[] = [];
  const server = createServer(answer);
  server.keepAliveTimeout = 600_000;
  server.on("connection", (socket) => sockets.push(socket));
  const { host, ...rest } = await listen(server);
  return { ...rest, server, issuer: `http://${host}`, sockets };
}

const account = { clientId: "the-client", clientSecret: "the-secret" };

it("close() ends the connection on which a token was fetched", async () => {
  await using sandbox = await createSandbox();
  const token = { access_token: sandbox.tokens.valid, token_type: "Bearer", expires_in: 3600 };
  await using peer = await openIssuer((_, response) => sendJson(response, 200, token));
  const client = createResendClient({
    baseUrl: sandbox.url,
    auth: clientCredentials(account, { issuer: peer.issuer }),
  });
  await client.resendHumanInitialization({ userId: sandbox.users.initial.id });
  const [socket] = peer.sockets;
  expect(socket?.destroyed).toBe(false);
  const gone = socket && once(socket, "close");
  await client.close();
  await gone;
  expect(peer.sockets).toHaveLength(1);
});

it("close({ graceMs: 0 }) ends a request for a token, and the call that waits for it was not sent", async () => {
  await using sandbox = await createSandbox();
  // It never answers.
  await using peer = await openIssuer(() => {});
  const client = createResendClient({
    baseUrl: sandbox.url,
    auth: clientCredentials(account, { issuer: peer.issuer }),
    timeoutMs: 0,
  });
  const asked = once(peer.server, "request");
  const call = caught(() => client.resendHumanInitialization({ userId: sandbox.users.initial.id }));
  await asked;
  const [socket] = peer.sockets;
  const gone = socket && once(socket, "close");
  await client.close({ graceMs: 0 });
  await gone;
  const error = await call;
  expect(error.code).toBe(Code.Canceled);
  expect(explainError(error)).toMatchObject({ reason: "canceled", delivery: "not_sent" });
  expect(sandbox.mailbox).toHaveLength(0);
});
