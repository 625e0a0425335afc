import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { parseBaseUrl } from "../transport/base-url.js";
import { DEFAULT_MAX_BYTES } from "../transport/message-bytes.js";
import type { ClosableTransport } from "../transport/platform.js";
import { gzip } from "./gzip.js";
import type { Http2Connection } from "./http2-connection.js";
import type { NodeTransportOptions } from "./node-options.js";
import { sessionManager } from "./session-manager.js";
import { tlsSettings } from "./tls.js";

/**
 * Streams by connect-node, on the HTTP/2 connection of unary calls or on
 * HTTP/1.1 connections of their own.
 */
export function grpcWebStreams(
  options: NodeTransportOptions,
  connection: Http2Connection | undefined,
): ClosableTransport {
  const { acceptCompression = ["gzip"], sendCompression, compressMinBytes, defaultTimeoutMs } = options;
  const settings = { keepAlive: true, ...tlsSettings(options.tls) };
  const isSecure = parseBaseUrl(options.baseUrl).protocol === "https:";
  const agent = isSecure ? new HttpsAgent(settings) : new HttpAgent(settings);
  const transport = createGrpcWebTransport({
    ...(connection
      ? { httpVersion: "2", sessionManager: sessionManager(connection) }
      : { httpVersion: "1.1", nodeOptions: { agent } }),
    baseUrl: options.baseUrl,
    interceptors: [...(options.interceptors ?? [])],
    readMaxBytes: options.readMaxBytes ?? DEFAULT_MAX_BYTES,
    writeMaxBytes: options.writeMaxBytes ?? DEFAULT_MAX_BYTES,
    acceptCompression: acceptCompression.includes("gzip") ? [gzip] : [],
    ...(sendCompression !== undefined && { sendCompression: gzip }),
    ...(compressMinBytes !== undefined && { compressMinBytes }),
    ...(defaultTimeoutMs !== undefined && { defaultTimeoutMs }),
  });
  return { ...transport, close: async () => agent.destroy() };
}
