import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import {
  type ResendHumanInitializationResponse,
  ResendHumanInitializationResponseSchema,
} from "../../gen/zitadel/management_pb.js";
import { grpcMessage } from "./h2-frames.js";

/** The wires, and gRPC-web a second time: it runs on either version of HTTP. */
export const PEER_WIRES = ["gRPC", "gRPC-web", "gRPC-web on HTTP/2", "REST"] as const;
export type PeerWire = (typeof PEER_WIRES)[number];

/** One answer, for any version of HTTP. */
export interface PeerAnswer {
  readonly status: number;
  readonly header: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** gRPC's own; a gRPC-web answer has its trailers in the body. */
  readonly trailer?: Readonly<Record<string, string>>;
}

/** What a call that goes well gives back. */
export const RESOURCE_OWNER = "69629012906488334";

/** The message of a good answer, as large as asked for. */
function responseMessage(paddingBytes = 0): ResendHumanInitializationResponse {
  return create(ResendHumanInitializationResponseSchema, {
    details: { sequence: 3n, resourceOwner: RESOURCE_OWNER.padEnd(RESOURCE_OWNER.length + paddingBytes) },
  });
}

export function messageBytes(paddingBytes = 0): Uint8Array {
  return toBinary(ResendHumanInitializationResponseSchema, responseMessage(paddingBytes));
}

export function messageJson(paddingBytes = 0): string {
  return toJsonString(ResendHumanInitializationResponseSchema, responseMessage(paddingBytes));
}

/** gRPC-web's trailers, as the last frame of a body. */
export function trailerFrame(trailer: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(trailer).map(([name, value]) => `${name}: ${value}\r\n`);
  return grpcMessage(Buffer.from(lines.join(""), "latin1"), { flags: 0x80 });
}

/** The content type of a wire's good answers. */
export const ANSWER_TYPE: Readonly<Record<PeerWire, string>> = {
  gRPC: "application/grpc",
  "gRPC-web": "application/grpc-web+proto",
  "gRPC-web on HTTP/2": "application/grpc-web+proto",
  REST: "application/json",
};

/** A good answer, with a message in it of the size asked for. */
export function goodAnswer(wire: PeerWire, paddingBytes = 0): PeerAnswer {
  const header = { "content-type": ANSWER_TYPE[wire] };
  const message = grpcMessage(messageBytes(paddingBytes));
  switch (wire) {
    case "gRPC":
      return { status: 200, header, body: message, trailer: { "grpc-status": "0" } };
    case "gRPC-web":
    case "gRPC-web on HTTP/2":
      return { status: 200, header, body: Buffer.concat([message, trailerFrame({ "grpc-status": "0" })]) };
    case "REST":
      return { status: 200, header, body: messageJson(paddingBytes) };
    default:
      return wire satisfies never;
  }
}
