import type { DescMethod } from "@bufbuild/protobuf";
import { Code, createContextValues, type Interceptor, type Transport } from "@connectrpc/connect";
import { runStreamingCall } from "@connectrpc/connect/protocol";
import { untilDeadline } from "../../call/deadline.js";
import { type HttpFields, toFields } from "../../call/fields.js";
import { MAX_TIMER_MS, markSent, type StopSignal } from "../../call/stop.js";
import { notSentError } from "../../errors/facts.js";
import { Pieces } from "../../http/bytes.js";
import { encodeMessage } from "../message-bytes.js";
import { withoutSent } from "../unexpected-answer.js";
import { type ReadOptions, readMessages } from "./answer.js";
import { sendRequest } from "./exchange.js";
import { frameRequest, type GrpcWebRuntime } from "./request.js";
import { headerError } from "./trailers.js";

/**
 * Makes calls that stream in one direction. A request goes out when all of its
 * messages are there: `fetch` sends no other.
 */
export function streamOn({
  interceptors,
  writeMaxBytes,
  read,
  runtime,
  describe,
}: GrpcWebWire): Transport["stream"] {
  return async (method, signal, timeout, header, input, contextValues) => {
    if (method.methodKind === "bidi_streaming") {
      const message = "gRPC-web cannot send and receive streams at the same time; use application/grpc";
      throw notSentError(message, Code.Unimplemented, "not_supported");
    }
    const { timeoutMs, url, fields } = describe(method, signal, timeout, header);
    const common = { stream: true, service: method.parent, method } as const;
    return runStreamingCall({
      interceptors: [...interceptors],
      ...(signal && { signal }),
      ...(timeoutMs !== undefined && timeoutMs <= MAX_TIMER_MS && { timeoutMs }),
      req: {
        ...common,
        requestMethod: "POST",
        url,
        header: new Headers(fields),
        contextValues: contextValues ?? createContextValues(),
        message: input,
      },
      next: async (request) => {
        const { requestMethod, url, signal } = request;
        // The signal goes with the request too, because it also ends the stream.
        const fields = toFields(request.header);
        const response = await untilDeadline(signal, undefined, async (stop) => {
          markSent(stop);
          const body = await collect(request.message, (message) =>
            frameRequest(encodeMessage(method.input, message, writeMaxBytes), runtime),
          );
          return sendRequest(runtime.http, { method: requestMethod, url, fields, body, signal });
        });
        const error = headerError(response);
        if (error) {
          response.discard();
          throw withoutSent(error, fields);
        }
        const trailer = new Headers();
        const message = readMessages(response, url, method.output, trailer, read, fields);
        return { ...common, header: response.header, trailer, message };
      },
    });
  };
}

async function collect<T>(
  messages: AsyncIterable<T>,
  frameOf: (message: T) => Uint8Array | Promise<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  const frames = new Pieces();
  for await (const message of messages) frames.add(await frameOf(message));
  return frames.bytes();
}

/** What all calls of a transport have in common. */
export interface GrpcWebWire {
  readonly interceptors: readonly Interceptor[];
  readonly writeMaxBytes: number;
  readonly read: ReadOptions;
  readonly runtime: GrpcWebRuntime;
  /** Time limit, URL and header fields of one call. */
  describe(
    method: DescMethod,
    signal: StopSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
  ): { readonly timeoutMs: number | undefined; readonly url: string; readonly fields: HttpFields };
}
