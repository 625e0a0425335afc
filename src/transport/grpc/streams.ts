import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { gzip } from "../../http/node/gzip.js";
import type { Http2Connection } from "../../http/node/http2-connection.js";
import { sessionManager } from "../../http/node/session-manager.js";
import { defaults, type NodeTransportOptions, nodeDefaults } from "../../options.js";

/** Streams by Connect's own transport, on the connection that unary calls use. */
export function grpcStreams(connection: Http2Connection, options: NodeTransportOptions): Transport {
  const {
    acceptCompression = nodeDefaults.acceptCompression,
    sendCompression,
    compressMinBytes,
    defaultTimeoutMs,
  } = options;
  return createGrpcTransport({
    baseUrl: connection.url.href,
    sessionManager: sessionManager(connection),
    interceptors: [...(options.interceptors ?? [])],
    readMaxBytes: options.readMaxBytes ?? defaults.maxBytes,
    writeMaxBytes: options.writeMaxBytes ?? defaults.maxBytes,
    acceptCompression: acceptCompression.includes("gzip") ? [gzip] : [],
    ...(sendCompression !== undefined && { sendCompression: gzip }),
    ...(compressMinBytes !== undefined && { compressMinBytes }),
    ...(defaultTimeoutMs !== undefined && { defaultTimeoutMs }),
  });
}
