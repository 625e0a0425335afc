import type { Transport } from "@connectrpc/connect";
import { grpcTimeout } from "../call/deadline.js";
import { closedError } from "../call/drain.js";
import { parseBaseUrl } from "../http/base-url.js";
import { fetchClient } from "../http/fetch-client.js";
import { gzip } from "../http/node/gzip.js";
import { http2Client } from "../http/node/http2-client.js";
import { undiciClient } from "../http/node/undici-client.js";
import { type NodeTransportOptions, nodeDefaults } from "../options.js";
import { generalCodec } from "../transport/grpc-web/codec.js";
import { grpcWebTransport } from "../transport/grpc-web/transport.js";
import { encodeMessage } from "../transport/message-bytes.js";
import type { ClosableTransport, WireTransport } from "../transport/wire.js";

/**
 * gRPC-web over HTTP/1.1 or HTTP/2, or over a `fetch`. Unary calls take our own
 * path; streams go through connect-node, which is loaded with the first one and
 * which, unlike `fetch`, sends a request while it is still being made.
 */
export function nodeGrpcWebTransport(options: NodeTransportOptions): WireTransport {
  const {
    acceptCompression = nodeDefaults.acceptCompression,
    sendCompression,
    compressMinBytes,
    httpVersion,
    fetch,
  } = options;
  const common = {
    timeoutText: grpcTimeout,
    acceptCompression: acceptCompression.includes("gzip") ? gzip : undefined,
    sendCompression: sendCompression && gzip,
    compressMinBytes,
  };
  if (fetch !== undefined) {
    return grpcWebTransport(options, { ...common, http: fetchClient(fetch) }, generalCodec);
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
