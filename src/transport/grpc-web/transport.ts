import type { HttpFields } from "../../call/fields.js";
import type { Unary } from "../../call/unary.js";
import { parseBaseUrl } from "../../http/base-url.js";
import type { HttpResponse } from "../../http/client.js";
import { defaults, type TransportOptions } from "../../options.js";
import { decodeMessage } from "../message-bytes.js";
import { LazyUnaryResponse, runUnary, timeoutOf } from "../unary-call.js";
import { withoutSent } from "../unexpected-answer.js";
import type { WireTransport } from "../wire.js";
import { readAnswer } from "./answer.js";
import type { Codec } from "./codec.js";
import { sendRequest } from "./exchange.js";
import { frameRequest, type GrpcWebRuntime, requestFields } from "./request.js";
import type { GrpcWebWire } from "./streams.js";
import { toHeaders } from "./trailers.js";

/** gRPC-web in binary, over any HTTP. Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md */
export function grpcWebTransport(
  options: TransportOptions,
  runtime: GrpcWebRuntime,
  { encode, streamOn }: Codec,
): WireTransport {
  const { interceptors = [], readMaxBytes = defaults.maxBytes, writeMaxBytes = defaults.maxBytes } = options;
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
