import type { DescMethod } from "@bufbuild/protobuf";
import { Code, type Transport } from "@connectrpc/connect";
import { notSentError } from "../../errors/facts.js";
import { parseBaseUrl } from "../base-url.js";
import { DEFAULT_MAX_BYTES, decodeMessage } from "../message-bytes.js";
import type { ClosableTransport } from "../platform.js";
import type { TransportOptions } from "../transport-options.js";
import { runUnary, timeoutOf } from "../unary-call.js";
import { LazyUnaryResponse } from "../unary-response.js";
import { readAnswer } from "./answer.js";
import type { Engine } from "./engine.js";
import { frameRequest, requestFields } from "./request.js";
import type { GrpcWebRuntime } from "./runtime.js";
import { sendRequest } from "./send.js";
import { toHeaders } from "./trailers.js";

/**
 * gRPC-web in binary, over any HTTP. Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
 */
export function grpcWebTransport(
  options: TransportOptions,
  runtime: GrpcWebRuntime,
  { encode, runStream }: Engine,
): ClosableTransport {
  const { interceptors = [], defaultTimeoutMs, writeMaxBytes = DEFAULT_MAX_BYTES } = options;
  const baseUrl = parseBaseUrl(options.baseUrl).href.replace(/\/$/, "");
  const read = {
    maxBytes: options.readMaxBytes ?? DEFAULT_MAX_BYTES,
    accept: runtime.acceptCompression,
    hasCors: !runtime.sendsTimeout,
  };
  const urlOf = (method: DescMethod) => `${baseUrl}/${method.parent.typeName}/${method.name}`;

  const unary: Transport["unary"] = async (method, signal, timeout, header, input, contextValues) => {
    const timeoutMs = timeoutOf(timeout, defaultTimeoutMs);
    const fields = requestFields(header, timeoutMs, runtime);
    const call = {
      method,
      requestMethod: "POST",
      url: urlOf(method),
      fields,
      input,
      signal,
      timeoutMs,
      contextValues,
    };
    return runUnary(interceptors, call, async ({ url, requestMethod, fields, message, signal }) => {
      const body = await frameRequest(encode(method.input, message, writeMaxBytes), runtime);
      const request = { method: requestMethod, url, fields, body, ...(signal && { signal }) };
      const response = await sendRequest(runtime.http, request);
      const answer = await readAnswer(response, url, read);
      return new LazyUnaryResponse(
        method,
        decodeMessage(method.output, answer.message),
        () => response.header,
        () => toHeaders(answer.trailers),
      );
    });
  };

  const stream: Transport["stream"] = async (method, signal, timeout, header, input, contextValues) => {
    if (method.methodKind === "bidi_streaming" || runStream === undefined) {
      const message = "gRPC-web cannot send and receive streams at the same time; use application/grpc";
      throw notSentError(message, Code.Unimplemented, "not_supported");
    }
    const timeoutMs = timeoutOf(timeout, defaultTimeoutMs);
    const fields = requestFields(header, timeoutMs, runtime);
    const call = { method, url: urlOf(method), fields, input, signal, timeoutMs, contextValues };
    return runStream(call, { interceptors, writeMaxBytes, read, runtime });
  };
  return { unary, stream, close: runtime.close ?? (async () => {}) };
}
