import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { DEFAULT_MAX_BYTES } from "../transport/message-bytes.js";
import { gzip } from "./gzip.js";
import type { Http2Connection } from "./http2-connection.js";
import type { NodeTransportOptions } from "./node-options.js";
import { sessionManager } from "./session-manager.js";

/** Streams by Connect's own transport, on the connection that unary calls use. */
export function grpcStreams(connection: Http2Connection, options: NodeTransportOptions): Transport {
  const { acceptCompression = ["gzip"], sendCompression, compressMinBytes, defaultTimeoutMs } = options;
  return createGrpcTransport({
    baseUrl: connection.url.href,
    sessionManager: sessionManager(connection),
    interceptors: [...(options.interceptors ?? [])],
    readMaxBytes: options.readMaxBytes ?? DEFAULT_MAX_BYTES,
    writeMaxBytes: options.writeMaxBytes ?? DEFAULT_MAX_BYTES,
    acceptCompression: acceptCompression.includes("gzip") ? [gzip] : [],
    ...(sendCompression !== undefined && { sendCompression: gzip }),
    ...(compressMinBytes !== undefined && { compressMinBytes }),
    ...(defaultTimeoutMs !== undefined && { defaultTimeoutMs }),
  });
}
