import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { createClient } from "@connectrpc/connect";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { createTransport } from "../../src/node/index.js";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await createSandbox();
});
afterEach(() => sandbox.close());

async function open(): Promise<Socket> {
  const { port, hostname } = new URL(sandbox.url);
  const socket = connect({ port: Number(port), host: hostname, noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** Writes in pieces: one byte, and once the server has surely seen it the next; then the rest. */
async function writeSlowly(socket: Socket, text: string): Promise<void> {
  for (const byte of text.slice(0, 4)) {
    socket.write(byte);
    await (await fetch(`${sandbox.url}/mailbox`)).text();
  }
  socket.write(text.slice(4));
}

test.each(["application/grpc", "application/grpc-web+proto", "application/json"] as const)(
  "%s",
  async (contentType) => {
    const transport = createTransport({ baseUrl: sandbox.url, contentType });
    const { resendHumanInitialization } = createClient(ManagementService, transport);
    const headers = { authorization: `Bearer ${sandbox.tokens.valid}` };
    const { details } = await resendHumanInitialization({ userId: sandbox.users.initial.id }, { headers });
    expect(details?.resourceOwner).toBe(sandbox.orgs.own.id);
    await transport.close();
  },
);

test("HTTP/1.1, byte by byte", async () => {
  const socket = await open();
  await writeSlowly(socket, "POST /x HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
  expect(await text(socket)).toContain("HTTP/1.1 404 Not Found");
});

test("the start of HTTP/2, byte by byte", async () => {
  const socket = await open();
  await writeSlowly(socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  // The server's SETTINGS: three bytes of length, type 4.
  const [first]: Buffer[] = await once(socket, "data");
  expect(first?.[3]).toBe(4);
  socket.destroy();
});

test("several requests on one connection", async () => {
  const socket = await open();
  const request = "POST /x HTTP/1.1\r\nhost: localhost\r\n\r\n";
  socket.write(request + request + request.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"));
  expect((await text(socket)).match(/HTTP\/1\.1 404/g)).toHaveLength(3);
});

test("a connection that says nothing is let go", async () => {
  const socket = await open();
  socket.end();
  expect(await text(socket)).toBe("");
});

test("a connection of HTTP/2 that its client ends is let go", async () => {
  const socket = await open();
  socket.end("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").resume();
  await once(socket, "close");
});

test("what is no HTTP is refused", async () => {
  const socket = await open();
  socket.write("\0\0\0\0\r\n\r\n");
  expect(await text(socket)).toContain("HTTP/1.1 400 Bad Request");
});

test("close cuts what is open, of both versions, and nothing listens any more", async () => {
  const [idle, half] = [await open(), await open()];
  half.write("POST /x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nab");
  const session = connectHttp2(sandbox.url);
  session.on("error", () => {});
  await once(session, "remoteSettings");
  const closed = [idle, half, session].map((open) => once(open, "close"));
  for (const socket of [idle, half]) socket.on("error", () => {}).resume();
  await sandbox.close();
  await Promise.all(closed);
  await expect(open()).rejects.toThrow("ECONNREFUSED");
});

test("close may be called again", async () => {
  await sandbox.close();
  await sandbox.close();
});
