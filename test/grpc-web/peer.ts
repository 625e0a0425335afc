import { create, toBinary } from "@bufbuild/protobuf";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { fetchClient } from "../../src/http/fetch-client.js";
import type { TransportOptions } from "../../src/options.js";
import { generalCodec } from "../../src/transport/grpc-web/codec.js";
import type { GrpcWebRuntime } from "../../src/transport/grpc-web/request.js";
import { grpcWebTransport } from "../../src/transport/grpc-web/transport.js";
import { TextService } from "./text-service.js";

/** An answer as `fetch` gives it. */
export interface CannedAnswer {
  readonly status?: number;
  readonly header?: HeadersInit;
  /** In the pieces that it arrives in. */
  readonly body?: readonly Uint8Array[];
}

export const BASE_URL = "https://zitadel.example/below";

/** The transport of a page, over a `fetch` that gives one answer and keeps the requests. */
export function canned(
  answer: CannedAnswer | ((request: Request) => Promise<CannedAnswer>),
  options: Partial<TransportOptions> & Partial<GrpcWebRuntime> = {},
) {
  const requests: Request[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    requests.push(request);
    const {
      status = 200,
      header = { "content-type": "application/grpc-web+proto" },
      body = [],
    } = typeof answer === "function" ? await answer(request) : answer;
    return new Response(
      new Blob(body.map((part) => new Uint8Array(part))).size === 0 ? null : streamOf(body),
      {
        status,
        headers: header,
      },
    );
  };
  const runtime = { http: fetchClient(fetch), ...options };
  const transport = grpcWebTransport({ baseUrl: BASE_URL, ...options }, runtime, generalCodec);
  return { requests, transport, client: createClient(TextService, transport) };
}

function streamOf(parts: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}

/** A frame, made without what is under test. */
export function frame(flags: number, data: Uint8Array | string, length?: number): Buffer {
  const bytes = Buffer.from(data);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flags);
  prefix.writeUInt32BE(length ?? bytes.byteLength, 1);
  return Buffer.concat([prefix, bytes]);
}

export function messageBytes(text: string): Uint8Array {
  return toBinary(StringValueSchema, create(StringValueSchema, { value: text }));
}

export const message = (text: string): Buffer => frame(0, messageBytes(text));
export const trailers = (text: string): Buffer => frame(0x80, text);
