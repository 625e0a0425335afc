import { toBinary } from "@bufbuild/protobuf";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { type Client, createClient } from "@connectrpc/connect";
import type { NodeTransportOptions } from "../../src/options.js";
import { grpcTransport } from "../../src/transport/grpc/transport.js";
import type { ClosableTransport } from "../../src/transport/wire.js";
import { TextService } from "../grpc-web/text-service.js";
import { grpcMessage, type HeaderFields } from "../peers/h2-frames.js";
import type { H2Connection, H2Script } from "../peers/h2-peer.js";

/** A client of the wire alone. */
export function textClient(
  baseUrl: string,
  options: Partial<NodeTransportOptions> = {},
): Client<typeof TextService> & AsyncDisposable & { transport: ClosableTransport } {
  const transport = grpcTransport({ baseUrl, ...options });
  return {
    ...createClient(TextService, transport),
    transport,
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

export function textBytes(value: string): Uint8Array {
  return toBinary(StringValueSchema, { $typeName: "google.protobuf.StringValue", value });
}

/** A text with the prefix of a message. */
export function textMessage(value: string): Buffer {
  return grpcMessage(textBytes(value));
}

export const GRPC_HEADERS = { ":status": 200, "content-type": "application/grpc" };

/** What a peer answers on one stream. */
export interface ScriptedAnswer {
  readonly headers?: HeaderFields;
  readonly body?: Uint8Array;
  readonly trailers?: HeaderFields;
}

/** Answers a request with status 0 and a text, or as told. */
export async function sendAnswer(connection: H2Connection, streamId: number, answer: ScriptedAnswer = {}) {
  const { headers = GRPC_HEADERS, body = textMessage("hi"), trailers = { "grpc-status": "0" } } = answer;
  connection.headers(streamId, headers);
  if (body.length > 0) await connection.data(streamId, body);
  connection.trailers(streamId, trailers);
}

/** A peer that answers every request in the same way. */
export function answers(answer: ScriptedAnswer = {}): H2Script {
  return async (connection) => {
    for (;;) {
      const request = await connection.nextRequest();
      if (request === undefined) return;
      await sendAnswer(connection, request.streamId, answer);
    }
  };
}

/** A peer that does something with the first request of each connection. */
export function withRequest(act: (connection: H2Connection, streamId: number) => unknown): H2Script {
  return async (connection) => {
    const request = await connection.nextRequest();
    if (request !== undefined) await act(connection, request.streamId);
  };
}
