import { Code, type Transport } from "@connectrpc/connect";
import { createMethodUrl } from "@connectrpc/connect/protocol";
import { notSentError } from "../../errors/facts.js";
import { parseBaseUrl } from "../base-url.js";
import { DEFAULT_MAX_BYTES, decodeMessage, encodeMessage } from "../message-bytes.js";
import type { ClosableTransport } from "../platform.js";
import type { TransportOptions } from "../transport-options.js";
import { runUnary, timeoutOf } from "../unary-call.js";
import { readAnswer } from "./answer.js";
import { COMPRESSED, encodeFrame } from "./framing.js";
import { requestFields } from "./headers.js";
import type { GrpcWebRuntime } from "./runtime.js";
import { sendRequest } from "./send.js";
import { toHeaders } from "./trailers.js";

/**
 * gRPC-web in binary over any HTTP. Unary calls take a short path of our own;
 * streams go through Connect's, which is loaded with the first one.
 * Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
 */
export function grpcWebTransport(options: TransportOptions, runtime: GrpcWebRuntime): ClosableTransport {
  const baseUrl = parseBaseUrl(options.baseUrl).href;
  const maxBytes = options.readMaxBytes ?? DEFAULT_MAX_BYTES;
  const read = { maxBytes, accept: runtime.acceptCompression, hasCors: !runtime.sendsTimeout };
  let streams: Promise<Transport> | undefined;
  return {
    async unary(method, signal, timeout, header, input, contextValues) {
      const timeoutMs = timeoutOf(timeout, options.defaultTimeoutMs);
      const fields = requestFields(header, timeoutMs, runtime);
      const url = createMethodUrl(baseUrl, method);
      const call = { method, requestMethod: "POST", url, fields, input, signal, timeoutMs, contextValues };
      return runUnary(options.interceptors, call, async ({ url, requestMethod, fields, message, signal }) => {
        const data = encodeMessage(method.input, message, options.writeMaxBytes ?? DEFAULT_MAX_BYTES);
        const body = await frameRequest(data, runtime);
        const request = { method: requestMethod, url, fields, body, ...(signal && { signal }) };
        const response = await sendRequest(runtime.http, request);
        const answer = await readAnswer(response, url, read);
        return {
          stream: false,
          service: method.parent,
          method,
          message: decodeMessage(method.output, answer.message),
          // Made when asked for, which hardly any caller does.
          get header() {
            return response.header;
          },
          get trailer() {
            return toHeaders(answer.trailers);
          },
        };
      });
    },
    async stream(method, ...call) {
      if (method.methodKind === "bidi_streaming") {
        const message = "gRPC-web cannot send and receive streams at the same time; use application/grpc";
        throw notSentError(message, Code.Unimplemented, "not_supported");
      }
      streams ??= import("./streams.js").then(({ streamTransport }) => streamTransport(options, runtime));
      return (await streams).stream(method, ...call);
    },
    close: runtime.close ?? (async () => {}),
  };
}

function frameRequest(data: Uint8Array<ArrayBuffer>, runtime: GrpcWebRuntime) {
  const { sendCompression, compressMinBytes = 1024 } = runtime;
  if (sendCompression === undefined || data.byteLength < compressMinBytes) {
    return encodeFrame({ flags: 0, data });
  }
  return sendCompression
    .compress(data)
    .then((compressed) => encodeFrame({ flags: COMPRESSED, data: compressed }));
}
