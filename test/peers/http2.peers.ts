import { goodAnswer } from "./answers.js";
import { type AwkwardPeer, type Outcome, sendHttp2 } from "./awkward-peer.js";
import { H2_CODE } from "./h2-frames.js";

/** Resets the stream of each call instead of answering. */
function resets(name: keyof typeof H2_CODE, outcome: Outcome): AwkwardPeer {
  return {
    name: `RST_STREAM ${name} before headers`,
    async http2(connection) {
      for (;;) {
        const request = await connection.nextRequest();
        if (request === undefined) return;
        connection.reset(request.streamId, H2_CODE[name]);
      }
    },
    outcome: { gRPC: outcome, "gRPC-web on HTTP/2": outcome },
  };
}

/** Peers that only HTTP/2 makes possible. */
export const http2Peers: readonly AwkwardPeer[] = [
  resets("NO_ERROR", ["Unavailable", "unreachable", "maybe_sent"]),
  resets("REFUSED_STREAM", ["Unavailable", "unreachable", "not_sent"]),
  resets("CANCEL", ["Unavailable", "unreachable", "maybe_sent"]),
  resets("ENHANCE_YOUR_CALM", ["ResourceExhausted", "rate_limited", "maybe_sent"]),
  resets("INTERNAL_ERROR", ["Internal", "unreachable", "maybe_sent"]),
  resets("HTTP_1_1_REQUIRED", ["Internal", "not_supported", "maybe_sent"]),
  {
    name: "GOAWAY at once",
    async http2(connection) {
      connection.goaway(0, H2_CODE.NO_ERROR);
      connection.end();
    },
    outcome: {
      gRPC: ["Unavailable", "unreachable", "not_sent"],
      "gRPC-web on HTTP/2": ["Unavailable", "unreachable", "not_sent"],
    },
  },
  {
    name: "GOAWAY below the stream of the request",
    async http2(connection) {
      await connection.nextRequest();
      connection.goaway(0, H2_CODE.NO_ERROR);
      connection.end();
    },
    outcome: {
      gRPC: ["Unavailable", "unreachable", "not_sent"],
      "gRPC-web on HTTP/2": ["Unavailable", "unreachable", "not_sent"],
    },
  },
  {
    name: "GOAWAY after each second stream, which is still answered",
    async http2(connection, wire) {
      for (let n = 1; ; n++) {
        const request = await connection.nextRequest();
        if (request === undefined) return;
        if (n === 2) connection.goaway(request.streamId, H2_CODE.NO_ERROR);
        await sendHttp2(connection, request.streamId, goodAnswer(wire));
        if (n === 2) return connection.end();
      }
    },
    // A call that is sent too late for a connection goes out on the next one.
    options: { retry: { initialDelayMs: 1 } },
    calls: 5,
    outcome: { gRPC: "answer", "gRPC-web on HTTP/2": "answer" },
  },
  {
    name: "GOAWAY while idle, then closes",
    async http2(connection, wire) {
      const request = await connection.nextRequest();
      if (request === undefined) return;
      await sendHttp2(connection, request.streamId, goodAnswer(wire));
      connection.goaway(request.streamId, H2_CODE.NO_ERROR);
      connection.end();
    },
    options: { retry: { initialDelayMs: 1 } },
    calls: 3,
    outcome: { gRPC: "answer", "gRPC-web on HTTP/2": "answer" },
  },
];
