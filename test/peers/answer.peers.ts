import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import {
  ANSWER_TYPE,
  goodAnswer,
  messageBytes,
  messageJson,
  type PeerAnswer,
  type PeerWire,
  trailerFrame,
} from "./answers.js";
import { type AwkwardPeer, answering, everywhere, type Outcome } from "./awkward-peer.js";
import { grpcMessage } from "./h2-frames.js";

const KIB = 1024;

/** A refusal with nothing in front of it, as each wire has it. */
function refusal(wire: PeerWire, details: string): PeerAnswer {
  const header = { "content-type": ANSWER_TYPE[wire] };
  if (wire === "REST") return { status: 400, header, body: `{"code":9,"message":"no","details":${details}}` };
  const status = { "grpc-status": "9", "grpc-message": "no", "grpc-status-details-bin": details };
  return { status: 200, header: { ...header, ...status } };
}

/** A good answer whose message is compressed, in what each wire has for that. */
function compressed(wire: PeerWire, encoding: string, message: Uint8Array, json: string): PeerAnswer {
  const header = { "content-type": ANSWER_TYPE[wire] };
  if (wire === "REST") {
    return { status: 200, header: { ...header, "content-encoding": encoding }, body: gzipSync(json) };
  }
  const body = grpcMessage(gzipSync(message), { flags: 1 });
  const encoded = { ...header, "grpc-encoding": encoding };
  return wire === "gRPC"
    ? { status: 200, header: encoded, body, trailer: { "grpc-status": "0" } }
    : { status: 200, header: encoded, body: Buffer.concat([body, trailerFrame({ "grpc-status": "0" })]) };
}

function onGrpcWeb(outcome: Outcome): AwkwardPeer["outcome"] {
  return { "gRPC-web": outcome, "gRPC-web on HTTP/2": outcome };
}

const refused: Outcome = ["FailedPrecondition", "already_initialized", "not_sent"];
const tooLarge: Outcome = ["ResourceExhausted", "too_large", "maybe_sent"];

/** Waits until more can be written, or nothing can any more. */
function drainOrClose(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      socket.off("drain", over).off("close", over);
      resolve();
    };
    socket.on("drain", over).on("close", over);
  });
}

/** Sends a body without an end, as fast as it is taken. */
function pouring(head: (wire: PeerWire) => PeerAnswer): Pick<AwkwardPeer, "http1" | "http2"> {
  const chunk = (wire: PeerWire) => Buffer.alloc(16 * KIB, wire === "REST" ? " " : 0);
  return {
    async http1(connection, wire) {
      await connection.nextRequest();
      const { status, header } = head(wire);
      connection.head(status, header);
      const { socket } = connection;
      while (!socket.destroyed) {
        if (!socket.write(chunk(wire))) await drainOrClose(socket);
      }
    },
    async http2(connection, wire) {
      const { streamId = 1 } = (await connection.nextRequest()) ?? {};
      const { status, header } = head(wire);
      connection.headers(streamId, { ":status": status, ...header });
      while (!connection.socket.destroyed) await connection.data(streamId, chunk(wire));
    },
  };
}

/** Peers whose answers are unusual, broken or too much. */
export const answerPeers: readonly AwkwardPeer[] = [
  {
    name: "an answer in one-byte pieces",
    ...answering(goodAnswer, { trickle: true }),
    calls: 2,
    outcome: everywhere("answer"),
  },
  {
    name: "trailers only",
    ...answering((wire) => refusal(wire, "")),
    outcome: { gRPC: refused, ...onGrpcWeb(refused) },
  },
  {
    name: "the error only in headers, and an empty trailer frame behind it (Traefik)",
    ...answering((wire) => ({ ...refusal(wire, ""), body: trailerFrame({}) })),
    outcome: onGrpcWeb(refused),
  },
  {
    name: "details that are not base64 or not JSON of a detail",
    ...answering((wire) => refusal(wire, wire === "REST" ? '[5,null,{"@type":7},{"@type":"x/y.Z"}]' : "%%%")),
    outcome: everywhere(refused),
  },
  {
    name: "details that no message can be read from",
    ...answering((wire) =>
      refusal(
        wire,
        wire === "REST" ? '[{"@type":"type.googleapis.com/zitadel.v1.ErrorDetail","id":{}}]' : "////",
      ),
    ),
    outcome: everywhere(refused),
  },
  {
    name: "a message that cannot be decoded",
    ...answering((wire) => {
      const good = goodAnswer(wire);
      if (wire === "REST") return { ...good, body: '{"details":7}' };
      const frame = grpcMessage(Buffer.from([0xff, 0xff, 0xff]));
      const body = wire === "gRPC" ? frame : Buffer.concat([frame, trailerFrame({ "grpc-status": "0" })]);
      return { ...good, body };
    }),
    outcome: everywhere(["Internal", "server_error", "maybe_sent"]),
  },
  {
    name: "a compressed answer",
    ...answering((wire) => compressed(wire, "gzip", messageBytes(), messageJson())),
    outcome: everywhere("answer"),
  },
  {
    name: "an answer in a compression that nobody asked for",
    ...answering((wire) => compressed(wire, "snappy", messageBytes(), messageJson())),
    outcome: everywhere(["Internal", "server_error", "maybe_sent"]),
  },
  {
    name: "an answer larger than the limit",
    ...answering((wire) => goodAnswer(wire, 8 * KIB)),
    options: { readMaxBytes: KIB },
    outcome: everywhere(tooLarge),
  },
  {
    name: "a compressed answer that is larger than the limit when it is unpacked",
    ...answering((wire) => compressed(wire, "gzip", messageBytes(64 * KIB), messageJson(64 * KIB))),
    options: { readMaxBytes: KIB },
    outcome: everywhere(tooLarge),
  },
  {
    name: "a frame that says it is 4 GiB long",
    ...answering((wire) => ({
      ...goodAnswer(wire),
      body: grpcMessage(messageBytes(), { length: 0xffffffff }),
    })),
    outcome: { gRPC: tooLarge, ...onGrpcWeb(tooLarge) },
  },
  {
    // Spaces are JSON that goes on; zeros are empty messages, one after the other.
    name: "a body that never ends",
    ...pouring((wire) => ({ status: 200, header: { "content-type": ANSWER_TYPE[wire] } })),
    outcome: everywhere(tooLarge),
  },
  {
    name: "an error page that never ends",
    ...pouring(() => ({ status: 503, header: { "content-type": "text/html" } })),
    outcome: everywhere(["Unavailable", "unreachable", "maybe_sent"]),
  },
];
