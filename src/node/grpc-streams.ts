import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { DEFAULT_MAX_BYTES } from "../transport/message-bytes.js";
import { gzip } from "./gzip.js";
import type { Http2Sessions } from "./http2-sessions.js";
import type { NodeTransportOptions } from "./node-options.js";

/** Streams by Connect's own transport, on the connection that unary calls use. */
export function grpcStreams(url: URL, sessions: Http2Sessions, options: NodeTransportOptions): Transport {
  const { acceptCompression = ["gzip"], sendCompression, compressMinBytes, defaultTimeoutMs } = options;
  return createGrpcTransport({
    baseUrl: url.href,
    sessionManager: sessions.provider,
    interceptors: [...(options.interceptors ?? [])],
    readMaxBytes: options.readMaxBytes ?? DEFAULT_MAX_BYTES,
    writeMaxBytes: options.writeMaxBytes ?? DEFAULT_MAX_BYTES,
    acceptCompression: acceptCompression.includes("gzip") ? [gzip] : [],
    ...(sendCompression !== undefined && { sendCompression: gzip }),
    ...(compressMinBytes !== undefined && { compressMinBytes }),
    ...(defaultTimeoutMs !== undefined && { defaultTimeoutMs }),
  });
}
