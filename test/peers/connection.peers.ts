import { ANSWER_TYPE, goodAnswer } from "./answers.js";
import { type AwkwardPeer, everywhere, sendHttp2 } from "./awkward-peer.js";

/** Peers whose connections break, or never come to anything. */
export const connectionPeers: readonly AwkwardPeer[] = [
  {
    name: "accepts and never answers",
    silent: true,
    http1: () => {},
    http2: () => {},
    options: { timeoutMs: 500 },
    outcome: {
      ...everywhere(["DeadlineExceeded", "timeout", "maybe_sent"]),
      // Without the peer's SETTINGS no request leaves.
      gRPC: ["DeadlineExceeded", "timeout", "not_sent"],
      "gRPC-web on HTTP/2": ["DeadlineExceeded", "timeout", "not_sent"],
    },
  },
  {
    name: "takes the request and never answers",
    http1: async (connection) => void (await connection.nextRequest()),
    http2: async (connection) => void (await connection.nextRequest()),
    options: { timeoutMs: 500 },
    outcome: everywhere(["DeadlineExceeded", "timeout", "maybe_sent"]),
  },
  {
    name: "sends headers and never a body",
    async http1(connection, wire) {
      await connection.nextRequest();
      connection.head(200, { "content-type": ANSWER_TYPE[wire], "content-length": "100" });
    },
    async http2(connection, wire) {
      const request = await connection.nextRequest();
      connection.headers(request?.streamId ?? 1, { ":status": 200, "content-type": ANSWER_TYPE[wire] });
    },
    options: { timeoutMs: 500 },
    outcome: everywhere(["DeadlineExceeded", "timeout", "maybe_sent"]),
  },
  {
    name: "closes when the request has come",
    async http1(connection) {
      await connection.nextRequest();
      connection.end();
    },
    async http2(connection) {
      await connection.nextRequest();
      connection.end();
    },
    outcome: everywhere(["Unavailable", "unreachable", "maybe_sent"]),
  },
  {
    name: "resets the connection when the request has come",
    async http1(connection) {
      await connection.nextRequest();
      connection.destroy();
    },
    async http2(connection) {
      await connection.nextRequest();
      connection.destroy();
    },
    outcome: everywhere(["Unavailable", "unreachable", "maybe_sent"]),
  },
  {
    name: "closes after headers",
    async http1(connection, wire) {
      await connection.nextRequest();
      connection.head(200, { "content-type": ANSWER_TYPE[wire], "content-length": "100" });
      connection.end();
    },
    async http2(connection, wire) {
      const request = await connection.nextRequest();
      connection.headers(request?.streamId ?? 1, { ":status": 200, "content-type": ANSWER_TYPE[wire] });
      connection.end();
    },
    outcome: everywhere(["Unavailable", "unreachable", "maybe_sent"]),
  },
  {
    name: "closes in the middle of a frame",
    async http1(connection, wire) {
      await connection.nextRequest();
      const { header, body = "" } = goodAnswer(wire);
      connection.head(200, { ...header, "content-length": String(Buffer.byteLength(body)) });
      connection.write(Buffer.from(body).subarray(0, 9));
      connection.end();
    },
    async http2(connection, wire) {
      const { streamId = 1 } = (await connection.nextRequest()) ?? {};
      const { header, body = "" } = goodAnswer(wire);
      connection.headers(streamId, { ":status": 200, ...header });
      await connection.data(streamId, Buffer.from(body).subarray(0, 9));
      connection.end();
    },
    outcome: everywhere(["Unavailable", "unreachable", "maybe_sent"]),
  },
  {
    name: "ends the answer in the middle of a frame",
    async http1(connection, wire) {
      await connection.nextRequest();
      const { header, body = "" } = goodAnswer(wire);
      connection.answer(200, header, Buffer.from(body).subarray(0, 9));
    },
    async http2(connection, wire) {
      const { streamId = 1 } = (await connection.nextRequest()) ?? {};
      const { body = "", ...answer } = goodAnswer(wire);
      await sendHttp2(connection, streamId, { ...answer, body: Buffer.from(body).subarray(0, 9) });
    },
    outcome: {
      gRPC: ["Unavailable", "unreachable", "maybe_sent"],
      "gRPC-web": ["Unavailable", "unreachable", "maybe_sent"],
      "gRPC-web on HTTP/2": ["Unavailable", "unreachable", "maybe_sent"],
      REST: ["Unknown", "not_supported", "maybe_sent"],
    },
  },
  {
    name: "closes before trailers",
    async http1(connection) {
      await connection.nextRequest();
      const { header, body = "" } = goodAnswer("gRPC");
      connection.head(200, { ...header, "content-type": ANSWER_TYPE["gRPC-web"], "content-length": "100" });
      connection.write(body);
      connection.end();
    },
    async http2(connection, wire) {
      const { streamId = 1 } = (await connection.nextRequest()) ?? {};
      const { body = "" } = goodAnswer("gRPC");
      connection.headers(streamId, { ":status": 200, "content-type": ANSWER_TYPE[wire] });
      await connection.data(streamId, Buffer.from(body));
      connection.end();
    },
    outcome: {
      gRPC: ["Unavailable", "unreachable", "maybe_sent"],
      "gRPC-web": ["Unavailable", "unreachable", "maybe_sent"],
      "gRPC-web on HTTP/2": ["Unavailable", "unreachable", "maybe_sent"],
    },
  },
  {
    name: "ends the answer without trailers, as a proxy that drops them",
    async http1(connection) {
      await connection.nextRequest();
      const { body } = goodAnswer("gRPC");
      connection.answer(200, { "content-type": ANSWER_TYPE["gRPC-web"] }, body);
    },
    async http2(connection, wire) {
      const { streamId = 1 } = (await connection.nextRequest()) ?? {};
      const { trailer, ...answer } = goodAnswer("gRPC");
      const header = { "content-type": ANSWER_TYPE[wire] };
      await sendHttp2(connection, streamId, { ...answer, header });
    },
    outcome: {
      gRPC: ["Internal", "not_supported", "maybe_sent"],
      "gRPC-web": ["Internal", "not_supported", "maybe_sent"],
      "gRPC-web on HTTP/2": ["Internal", "not_supported", "maybe_sent"],
    },
  },
  {
    name: "closes after each answer",
    async http1(connection, wire) {
      await connection.nextRequest();
      const { header, body } = goodAnswer(wire);
      connection.answer(200, { ...header, connection: "close" }, body);
      connection.end();
    },
    async http2(connection, wire) {
      const request = await connection.nextRequest();
      await sendHttp2(connection, request?.streamId ?? 1, goodAnswer(wire));
      connection.end();
      connection.destroy();
    },
    calls: 5,
    outcome: { "gRPC-web": "answer", REST: "answer" },
  },
];
