import type { Unary } from "../../call/unary.js";
import { parseBaseUrl } from "../base-url.js";
import type { HttpFields } from "../fields.js";
import type { HttpResponse } from "../http.js";
import { DEFAULT_MAX_BYTES, decodeMessage } from "../message-bytes.js";
import type { WireTransport } from "../platform.js";
import { withoutSent } from "../quote.js";
import type { TransportOptions } from "../transport-options.js";
import { runUnary, timeoutOf } from "../unary-call.js";
import { LazyUnaryResponse } from "../unary-response.js";
import { readAnswer } from "./answer.js";
import type { Engine } from "./engine.js";
import { frameRequest, requestFields } from "./request.js";
import type { GrpcWebRuntime } from "./runtime.js";
import { sendRequest } from "./send.js";
import { toHeaders } from "./trailers.js";
import type { GrpcWebWire } from "./wire.js";

/** gRPC-web in binary, over any HTTP. Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md */
export function grpcWebTransport(
  options: TransportOptions,
  runtime: GrpcWebRuntime,
  { encode, streamOn }: Engine,
): WireTransport {
  const { interceptors = [], readMaxBytes = DEFAULT_MAX_BYTES, writeMaxBytes = DEFAULT_MAX_BYTES } = options;
  const baseUrl = parseBaseUrl(options.baseUrl).href.replace(/\/$/, "");
  const read = {
    maxBytes: readMaxBytes,
    accept: runtime.acceptCompression,
    hasCors: runtime.timeoutText === undefined,
  };

  const describe: GrpcWebWire["describe"] = (method, signal, timeout, header) => {
    const timeoutMs = timeoutOf(signal, timeout, options.defaultTimeoutMs);
    const url = `${baseUrl}/${method.parent.typeName}/${method.name}`;
    return { timeoutMs, url, fields: requestFields(header, timeoutMs, runtime) };
  };

  const unary: Unary = async (method, signal, timeout, header, input, contextValues) => {
    const { timeoutMs, url, fields } = describe(method, signal, timeout, header);
    const call = { method, requestMethod: "POST", url, fields, input, signal, timeoutMs, contextValues };
    return runUnary(interceptors, call, async ({ url, requestMethod, fields, message, signal }) => {
      const body = await frameRequest(encode(method.input, message, writeMaxBytes), runtime);
      const request = { method: requestMethod, url, fields, body, ...(signal && { signal }) };
      try {
        const response = await sendRequest(runtime.http, request);
        const { message: data, trailers } = await readAnswer(response, url, read);
        const answer = decodeMessage(method.output, data);
        return new LazyUnaryResponse(method, answer, { response, trailers }, metadataOf);
      } catch (error) {
        throw withoutSent(error, fields);
      }
    });
  };

  const stream = streamOn({ interceptors, writeMaxBytes, read, runtime, describe });
  return { unary, stream, close: runtime.close ?? (async () => {}) };
}

const metadataOf = ({ response, trailers }: { response: HttpResponse; trailers: HttpFields }) => ({
  header: response.header,
  trailer: toHeaders(trailers),
});
