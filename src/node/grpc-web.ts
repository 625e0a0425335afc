import type { Transport } from "@connectrpc/connect";
import { closedError } from "../call/closed-error.js";
import { parseBaseUrl } from "../transport/base-url.js";
import { fetchClient } from "../transport/fetch-client.js";
import { grpcTimeout } from "../transport/grpc-timeout.js";
import { generalEngine } from "../transport/grpc-web/general-engine.js";
import { grpcWebTransport } from "../transport/grpc-web/transport.js";
import { encodeMessage } from "../transport/message-bytes.js";
import type { ClosableTransport, WireTransport } from "../transport/platform.js";
import { gzip } from "./gzip.js";
import { http2Client } from "./http2-client.js";
import type { NodeTransportOptions } from "./node-options.js";
import { undiciClient } from "./undici-client.js";

/**
 * gRPC-web over HTTP/1.1 or HTTP/2, or over a `fetch`. Unary calls take our own
 * path; streams go through connect-node, which is loaded with the first one and
 * which, unlike `fetch`, sends a request while it is still being made.
 */
export function nodeGrpcWebTransport(options: NodeTransportOptions): WireTransport {
  const { acceptCompression = ["gzip"], sendCompression, compressMinBytes, httpVersion, fetch } = options;
  const common = {
    timeoutText: grpcTimeout,
    acceptCompression: acceptCompression.includes("gzip") ? gzip : undefined,
    sendCompression: sendCompression && gzip,
    compressMinBytes,
  };
  if (fetch !== undefined) {
    return grpcWebTransport(options, { ...common, http: fetchClient(fetch) }, generalEngine);
  }
  const http2 = httpVersion === "2" ? http2Client(parseBaseUrl(options.baseUrl), options) : undefined;
  const client = http2 ?? undiciClient(options);
  let streams: Promise<ClosableTransport> | undefined;
  let closed = false;
  const stream: Transport["stream"] = async (...call) => {
    streams ??= import("./grpc-web-streams.js").then(({ grpcWebStreams }) =>
      grpcWebStreams(options, http2?.connection),
    );
    const transport = await streams;
    if (closed) throw closedError();
    return transport.stream(...call);
  };
  async function close() {
    closed = true;
    await Promise.all([client.close(), streams?.then((transport) => transport.close())]);
  }
  const { http } = client;
  return grpcWebTransport(
    options,
    { ...common, http, close },
    { encode: encodeMessage, streamOn: () => stream },
  );
}
