import { compressionGzip, createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { parseBaseUrl } from "../transport/base-url.js";
import type { ClosableTransport } from "../transport/platform.js";
import type { NodeTransportOptions } from "./node-options.js";
import { tlsSettings } from "./tls.js";

/** gRPC over one shared HTTP/2 connection. */
export function grpcTransport(options: NodeTransportOptions): ClosableTransport {
  const url = parseBaseUrl(options.baseUrl);
  const sessionManager = new Http2SessionManager(url, options.http2, tlsSettings(options.tls));
  const transport = createGrpcTransport({
    baseUrl: url.href,
    sessionManager,
    interceptors: [...(options.interceptors ?? [])],
    readMaxBytes: options.readMaxBytes ?? 4 * 1024 * 1024,
    writeMaxBytes: options.writeMaxBytes ?? 4 * 1024 * 1024,
    acceptCompression: (options.acceptCompression ?? ["gzip"]).map(() => compressionGzip),
    ...(options.sendCompression && { sendCompression: compressionGzip }),
    ...(options.compressMinBytes !== undefined && { compressMinBytes: options.compressMinBytes }),
    ...(options.defaultTimeoutMs !== undefined && { defaultTimeoutMs: options.defaultTimeoutMs }),
  });
  return { ...transport, close: async () => sessionManager.abort() };
}
