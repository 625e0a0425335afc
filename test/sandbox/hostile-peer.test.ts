/** Nothing that a peer sends ends the process: the test runner fails on what nobody catches. */
import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { FLAG, FRAME, frame, type HeaderFields, headerBlock, PREFACE } from "../peers/h2-frames.js";
import { RPC } from "./ask-router.js";
import { resend } from "./resend.js";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());

/** Sends the pieces as so many packets, and leaves once the sandbox has answered somebody else. */
async function send(...pieces: Uint8Array[]): Promise<void> {
  const { port, hostname } = new URL(sandbox.url);
  const socket = connect({ port: Number(port), host: hostname, noDelay: true });
  socket.on("error", () => {}).resume();
  await once(socket, "connect");
  for (const piece of pieces) {
    if (!socket.writable) break;
    await new Promise((resolve) => socket.write(piece, resolve));
  }
  expect((await resend(sandbox, sandbox.users.initial.id)).status).toBe(200);
  socket.destroy();
}

const FIELDS: HeaderFields = {
  ":method": "POST",
  ":scheme": "http",
  ":path": RPC,
  ":authority": "localhost",
};
const HELLO = Buffer.concat([PREFACE, frame(FRAME.SETTINGS, 0, 0)]);
const RESET = frame(FRAME.RST_STREAM, 0, 1, Buffer.from([0, 0, 0, 8]));
const headers = (fields: HeaderFields, flags: number = FLAG.END_HEADERS) =>
  frame(FRAME.HEADERS, flags, 1, headerBlock(fields));

describe("HTTP/2: a stream that is reset as it opens", () => {
  test.each<[string, Uint8Array]>([
    ["with Expect: 100-continue", headers({ ...FIELDS, expect: "100-continue" })],
    ["with another expectation", headers({ ...FIELDS, expect: "200-ok" })],
    ["of CONNECT", headers({ ":method": "CONNECT", ":authority": "localhost:1" })],
    ["of a whole request", headers(FIELDS, FLAG.END_HEADERS | FLAG.END_STREAM)],
  ])("%s", async (_, opening) => {
    await send(Buffer.concat([HELLO, opening, RESET]));
    await send(HELLO, opening, RESET);
  });
});

describe("HTTP/1.1", () => {
  test.each([
    [
      "a peer that leaves after Expect: 100-continue",
      "POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\nexpect: 100-continue\r\n\r\n",
    ],
    ["CONNECT", "CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n"],
    ["an upgrade", "GET /mailbox HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"],
    ["two lengths", "POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n"],
    ["a chunk that is none", "POST /x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nz\r\n"],
    ["a target that is none", "GET * HTTP/1.1\r\nhost: a\r\n\r\n"],
    ["half of HTTP/2's start", "PRI * HTTP/2.0\r\n\r\n"],
  ])("%s", async (_, text) => {
    await send(Buffer.from(text));
  });
});

const fields = fc.record(
  {
    ":method": fc.constantFrom("POST", "GET", "CONNECT", "OPTIONS", "HEAD", ""),
    ":scheme": fc.constantFrom("http", "https"),
    ":path": fc.constantFrom(RPC, "/mailbox", "/oauth/v2/token", "*", "", "//x", "/%", "/\u00e9"),
    ":authority": fc.constantFrom("localhost", "", "evil.test"),
    expect: fc.constantFrom("100-continue", "200-ok", ""),
    "content-type": fc.constantFrom("application/grpc", "application/grpc-web+proto", "application/json", ""),
    te: fc.constantFrom("trailers", "gzip"),
    origin: fc.constantFrom("http://a.test", "\u00ff"),
  },
  { requiredKeys: [] },
);

const streamId = fc.constantFrom(0, 1, 1, 1, 2, 3, 5, 0x7fffffff);
const flags = fc.constantFrom(0, 1, 4, 4, 5, 5, 5, 8, 0x20, 0xff);
const frames = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(flags, streamId, fields)
      .map(([flag, id, pairs]) => frame(FRAME.HEADERS, flag, id, headerBlock(pairs))),
  },
  { weight: 2, arbitrary: streamId.map((id) => frame(FRAME.RST_STREAM, 0, id, Buffer.from([0, 0, 0, 8]))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(flags, streamId, fc.uint8Array({ maxLength: 40 }))
      .map(([flag, id, bytes]) => frame(FRAME.DATA, flag, id, bytes)),
  },
  fc
    .tuple(fc.nat({ max: 12 }), flags, streamId, fc.uint8Array({ maxLength: 40 }))
    .map((all) => frame(...all)),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
);

test("HTTP/2: any frames, in one packet or in many", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(frames, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (sent, together) => {
        await send(...(together ? [Buffer.concat([HELLO, ...sent])] : [HELLO, ...sent]));
      },
    ),
    { numRuns: 200 },
  );
});
