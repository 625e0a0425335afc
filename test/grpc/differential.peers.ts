import { gzipSync } from "node:zlib";
import { Code, ConnectError } from "@connectrpc/connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { FLAG, FRAME, frame, grpcMessage, H2_CODE } from "../peers/h2-frames.js";
import type { H2Script } from "../peers/h2-peer.js";
import {
  GRPC_HEADERS,
  type ScriptedAnswer,
  sendAnswer,
  textBytes,
  textMessage,
  withRequest,
} from "./text-client.js";

/** Peers that both transports meet, by what they do. */
export const scripts: Readonly<Record<string, H2Script>> = {
  "an answer": answer({}),
  "an empty message": answer({ body: grpcMessage(Buffer.alloc(0)) }),
  "an answer in one-byte writes": withRequest((connection, id) => {
    connection.trickle();
    return sendAnswer(connection, id);
  }),
  "an answer in one-byte frames": withRequest(async (connection, id) => {
    connection.headers(id, GRPC_HEADERS);
    await connection.data(id, textMessage("in pieces"), { frameSize: 1 });
    connection.trailers(id, { "grpc-status": "0" });
  }),
  "an answer of 3 MB": answer({ body: textMessage("x".repeat(3_000_000)) }),
  "an answer over the limit": answer({ body: textMessage("x".repeat(5_000_000)) }),
  "a prefix that promises 4 GiB": answer({ body: grpcMessage(textBytes("x"), { length: 0xffffffff }) }),
  "metadata of every kind": answer({
    headers: { ...GRPC_HEADERS, "x-twice": ["1", "2"], "x-data-bin": "AAE", "set-cookie": ["a=1", "b=2"] },
    trailers: { "grpc-status": "0", "x-end": ["3", "4"], "x-end-bin": "AAE" },
  }),
  "an informational answer first": withRequest((connection, id) => {
    connection.headers(id, { ":status": 103 });
    return sendAnswer(connection, id);
  }),
  "the content type of gRPC with proto": answer({ headers: typed("application/grpc+proto") }),
  "the content type of gRPC with a parameter": answer({ headers: typed("application/grpc; x=y") }),
  "the content type of gRPC with JSON": answer({ headers: typed("application/grpc+json") }),
  "the content type of gRPC-web": answer({ headers: typed("application/grpc-web+proto") }),
  "no content type": answer({ headers: { ":status": 200 } }),

  gzip: answer(packed("gzip", gzipSync(textBytes("packed")))),
  "gzip named, but not used": answer({ headers: { ...GRPC_HEADERS, "grpc-encoding": "gzip" } }),
  "identity named": answer({ headers: { ...GRPC_HEADERS, "grpc-encoding": "identity" } }),
  "an empty message that says it is compressed": answer(packed("gzip", Buffer.alloc(0))),
  "gzip over the limit": answer(packed("gzip", gzipSync(textBytes("x".repeat(5_000_000))))),
  "gzip that is none": answer(packed("gzip", Buffer.from("no gzip"))),
  "gzip cut off": answer(packed("gzip", gzipSync(textBytes("packed")).subarray(0, 15))),
  "a compression that nobody asked for": answer(packed("snappy", textBytes("x"))),
  "one that is named, but not used": answer({ headers: { ...GRPC_HEADERS, "grpc-encoding": "snappy" } }),
  "compression that is not named": answer({ body: grpcMessage(gzipSync(textBytes("x")), { flags: 1 }) }),

  ...Object.fromEntries(
    Array.from({ length: 18 }, (_, code) => [`status ${code}`, status({ "grpc-status": String(code) })]),
  ),
  "a status that is no number": status({ "grpc-status": "ok" }),
  "a percent-encoded message": status({ "grpc-status": "5", "grpc-message": "caf%C3%A9 100%25" }),
  "a badly encoded message": status({ "grpc-status": "5", "grpc-message": "100% sure" }),
  details: status(Object.fromEntries(setTrailerStatus(new Headers(), detailed()))),
  "details that are not base64": status({ "grpc-status": "5", "grpc-status-details-bin": "%%%" }),
  "details that are no message": status({ "grpc-status": "5", "grpc-status-details-bin": "////" }),
  "details with another code": status({
    ...Object.fromEntries(setTrailerStatus(new Headers(), detailed())),
    "grpc-status": "7",
  }),
  "a status behind a message": answer({ trailers: { "grpc-status": "9", "grpc-message": "no" } }),
  "trailers only": withRequest((connection, id) =>
    connection.headers(id, { ...GRPC_HEADERS, "grpc-status": "9", "x-seen": "1" }, { endStream: true }),
  ),
  "trailers only, status 0": withRequest((connection, id) =>
    connection.headers(id, { ...GRPC_HEADERS, "grpc-status": "0" }, { endStream: true }),
  ),
  "a status in headers and an empty body": withRequest((connection, id) => {
    connection.headers(id, { ...GRPC_HEADERS, "grpc-status": "9" });
    return connection.data(id, Buffer.alloc(0), { endStream: true });
  }),
  "a status in headers and a message": withRequest((connection, id) => {
    connection.headers(id, { ...GRPC_HEADERS, "grpc-status": "9" });
    return connection.data(id, textMessage("hi"), { endStream: true });
  }),
  "status 0 in headers and a message": withRequest((connection, id) => {
    connection.headers(id, { ...GRPC_HEADERS, "grpc-status": "0" });
    return connection.data(id, textMessage("hi"), { endStream: true });
  }),
  "a status in headers and another in trailers": withRequest((connection, id) => {
    connection.headers(id, { ...GRPC_HEADERS, "grpc-status": "8" });
    connection.trailers(id, { "grpc-status": "9" });
  }),

  "no message": answer({ body: Buffer.alloc(0) }),
  "two messages": answer({ body: Buffer.concat([textMessage("a"), textMessage("b")]) }),
  "a message that is none": answer({ body: grpcMessage(Buffer.from([0xff])) }),
  "half a message, status 0": answer({ body: textMessage("half of it").subarray(0, 8) }),
  "half a message, no trailers": withRequest(async (connection, id) => {
    connection.headers(id, GRPC_HEADERS);
    await connection.data(id, textMessage("half of it").subarray(0, 8), { endStream: true });
  }),
  "no trailers": withRequest(async (connection, id) => {
    connection.headers(id, GRPC_HEADERS);
    await connection.data(id, textMessage("hi"), { endStream: true });
  }),
  "trailers without a status": answer({ trailers: { "x-end": "1" } }),

  ...Object.fromEntries(
    [301, 400, 401, 403, 404, 418, 429, 500, 502, 503, 504].map((code) => [
      `HTTP ${code}`,
      withRequest(async (connection, id) => {
        connection.headers(id, { ":status": code, "content-type": "text/html" });
        await connection.data(id, Buffer.from("<h1>no</h1>"), { endStream: true });
      }),
    ]),
  ),
  "HTTP 503 with a status of gRPC": withRequest((connection, id) =>
    connection.headers(id, { ...GRPC_HEADERS, ":status": 503, "grpc-status": "9" }, { endStream: true }),
  ),
  "HTML with HTTP 200": withRequest(async (connection, id) => {
    connection.headers(id, typed("text/html"));
    await connection.data(id, Buffer.from("<h1>no</h1>"), { endStream: true });
  }),

  ...Object.fromEntries(
    Object.entries(H2_CODE).map(([name, code]) => [
      `a reset with ${name}`,
      withRequest((connection, id) => connection.reset(id, code)),
    ]),
  ),
  "a reset with a code that there is not": withRequest((connection, id) => connection.reset(id, 0x77)),
  "headers and a reset with NO_ERROR": withRequest((connection, id) => {
    connection.headers(id, GRPC_HEADERS);
    connection.reset(id, H2_CODE.NO_ERROR);
  }),
  "an answer and a reset with NO_ERROR": withRequest(async (connection, id) => {
    await sendAnswer(connection, id);
    connection.reset(id, H2_CODE.NO_ERROR);
  }),
  "GOAWAY that leaves the call out": withRequest((connection, id) =>
    connection.goaway(id - 1, H2_CODE.NO_ERROR),
  ),
  "GOAWAY that counts the call in, and the answer": withRequest((connection, id) => {
    connection.goaway(id, H2_CODE.NO_ERROR);
    return sendAnswer(connection, id);
  }),
  "GOAWAY with an error that leaves the call out": withRequest((connection, id) =>
    connection.goaway(id - 1, H2_CODE.INTERNAL_ERROR),
  ),
  "GOAWAY with an error that counts the call in": withRequest((connection, id) =>
    connection.goaway(id, H2_CODE.INTERNAL_ERROR),
  ),
  "GOAWAY with ENHANCE_YOUR_CALM": withRequest((connection, id) =>
    connection.goaway(id, H2_CODE.ENHANCE_YOUR_CALM, "too_many_pings"),
  ),
  "a connection that closes": withRequest((connection) => connection.end()),
  "a connection that is reset": withRequest((connection) => connection.destroy()),
  "a connection that closes behind half a message": withRequest(async (connection, id) => {
    connection.headers(id, GRPC_HEADERS);
    await connection.data(id, textMessage("half of it").subarray(0, 8));
    connection.end();
  }),
  "a connection that closes in the middle of a frame": withRequest((connection, id) => {
    connection.headers(id, GRPC_HEADERS);
    connection.write(frame(FRAME.DATA, FLAG.END_STREAM, id, textMessage("half of it")).subarray(0, 12));
    connection.end();
  }),
  silence: () => {},
};

function answer(answer: ScriptedAnswer): H2Script {
  return withRequest((connection, id) => sendAnswer(connection, id, answer));
}

function status(trailers: Record<string, string>): H2Script {
  return answer({ body: Buffer.alloc(0), trailers });
}

function typed(contentType: string) {
  return { ":status": 200, "content-type": contentType };
}

function packed(encoding: string, bytes: Uint8Array): ScriptedAnswer {
  return {
    headers: { ...GRPC_HEADERS, "grpc-encoding": encoding },
    body: grpcMessage(bytes, { flags: 1 }),
  };
}

function detailed(): ConnectError {
  const error = new ConnectError("gone", Code.NotFound);
  error.details = [{ type: "test.Detail", value: Uint8Array.of(8, 1) }];
  return error;
}
