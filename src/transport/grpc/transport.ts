import { create, type DescMessage, type DescMethodUnary, type MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport, type UnaryResponse } from "@connectrpc/connect";
import { untilDeadline } from "../../call/deadline.js";
import type { HttpFields } from "../../call/fields.js";
import type { StopSignal } from "../../call/stop.js";
import type { Unary } from "../../call/unary.js";
import { parseBaseUrl } from "../../http/base-url.js";
import { nodeHeaders } from "../../http/node/exchange.js";
import { gzip } from "../../http/node/gzip.js";
import { pathOnConnection } from "../../http/node/http2-client.js";
import { Http2Connection } from "../../http/node/http2-connection.js";
import { defaults, type NodeTransportOptions, nodeDefaults } from "../../options.js";
import { decodeMessage, encodeMessage } from "../message-bytes.js";
import { LazyUnaryResponse, runUnary, timeoutOf } from "../unary-call.js";
import type { WireTransport } from "../wire.js";
import { exchange, type GrpcAnswer } from "./exchange.js";
import { bytesOf, frameMessage } from "./message.js";
import { requestFields } from "./request.js";

/**
 * gRPC over one HTTP/2 connection that all calls share. Unary calls take a
 * short path of our own; streams go through Connect's transport on the same
 * connection, which is loaded with the first one.
 * Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export function grpcTransport(options: NodeTransportOptions): WireTransport {
  const url = parseBaseUrl(options.baseUrl);
  const { interceptors = [], readMaxBytes = defaults.maxBytes, writeMaxBytes = defaults.maxBytes } = options;
  const {
    acceptCompression = nodeDefaults.acceptCompression,
    sendCompression,
    compressMinBytes = nodeDefaults.compressMinBytes,
  } = options;
  const acceptsGzip = acceptCompression.includes("gzip");
  const connection = new Http2Connection(url, options);
  const server = { connection, readMaxBytes };
  const basePath = url.pathname === "/" ? "" : url.pathname;
  let streams: Promise<Transport> | undefined;

  function send<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    path: string,
    headers: HttpFields,
    message: MessageShape<I>,
    signal: StopSignal | undefined,
    timeoutMs: number | undefined,
  ): Promise<UnaryResponse<I, O>> {
    const data = encodeMessage(method.input, message, writeMaxBytes);
    const read = (answer: GrpcAnswer) => readAnswer(method, answer);
    if (sendCompression === undefined || data.byteLength < compressMinBytes) {
      const body = frameMessage(data, false);
      return exchange(server, { path, headers, body, signal, timeoutMs }).then(read);
    }
    return gzip.compress(data).then((compressed) => {
      const body = frameMessage(compressed, true);
      return exchange(server, { path, headers, body, signal, timeoutMs }).then(read);
    });
  }

  function readAnswer<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    answer: GrpcAnswer,
  ): UnaryResponse<I, O> | Promise<UnaryResponse<I, O>> {
    const { headers, message } = answer;
    const data = bytesOf(message);
    if (!message.compressed) return responseOf(method, answer, data);
    const encoding = headers["grpc-encoding"];
    if (acceptsGzip && encoding === "gzip") {
      return gzip.decompress(data, readMaxBytes).then((unpacked) => responseOf(method, answer, unpacked));
    }
    throw new ConnectError(
      `the answer is compressed, with grpc-encoding ${JSON.stringify(encoding)}, which was not asked for`,
      Code.Internal,
      nodeHeaders(headers),
    );
  }

  const unary: Unary = (method, signal, timeout, header, input, contextValues) => {
    const timeoutMs = timeoutOf(signal, timeout, options.defaultTimeoutMs);
    const fields = requestFields(header, timeoutMs, acceptsGzip, sendCompression !== undefined);
    const path = `${basePath}/${method.parent.typeName}/${method.name}`;
    if (interceptors.length === 0) {
      return untilDeadline(signal, timeoutMs, (stop) =>
        send(method, path, fields, create(method.input, input), stop, timeoutMs),
      );
    }
    const request = { method, requestMethod: "POST", url: url.origin + path, fields };
    return runUnary(interceptors, { ...request, input, signal, timeoutMs, contextValues }, (exchange) => {
      const { url: requestUrl, fields, message, signal } = exchange;
      return send(method, pathOnConnection(requestUrl, url), fields, message, signal, timeoutMs);
    });
  };

  return {
    // Not async, because that would cost every call; but what it throws is thrown later, as from the others.
    unary(...call) {
      try {
        return unary(...call);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    async stream(...call) {
      streams ??= import("./streams.js").then(({ grpcStreams }) => grpcStreams(connection, options));
      return (await streams).stream(...call);
    },
    close: () => connection.close(),
  };
}

function responseOf<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  answer: GrpcAnswer,
  data: Uint8Array,
): UnaryResponse<I, O> {
  return new LazyUnaryResponse(method, decodeMessage(method.output, data), answer, metadataOf);
}

const metadataOf = ({ headers, trailers }: GrpcAnswer) => ({
  header: nodeHeaders(headers),
  trailer: nodeHeaders(trailers),
});
