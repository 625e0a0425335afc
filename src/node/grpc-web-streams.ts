import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { parseBaseUrl } from "../http/base-url.js";
import { gzip } from "../http/node/gzip.js";
import type { Http2Connection } from "../http/node/http2-connection.js";
import { sessionManager } from "../http/node/session-manager.js";
import { tlsSettings } from "../http/node/tls.js";
import { defaults, type NodeTransportOptions, nodeDefaults } from "../options.js";
import type { ClosableTransport } from "../transport/wire.js";

/**
 * Streams by connect-node, on the HTTP/2 connection of unary calls or on
 * HTTP/1.1 connections of their own.
 */
export function grpcWebStreams(
  options: NodeTransportOptions,
  connection: Http2Connection | undefined,
): ClosableTransport {
  const {
    acceptCompression = nodeDefaults.acceptCompression,
    sendCompression,
    compressMinBytes,
    defaultTimeoutMs,
  } = options;
  const settings = { keepAlive: true, ...tlsSettings(options.tls) };
  const isSecure = parseBaseUrl(options.baseUrl).protocol === "https:";
  const agent = isSecure ? new HttpsAgent(settings) : new HttpAgent(settings);
  const transport = createGrpcWebTransport({
    ...(connection
      ? { httpVersion: "2", sessionManager: sessionManager(connection) }
      : { httpVersion: "1.1", nodeOptions: { agent } }),
    baseUrl: options.baseUrl,
    interceptors: [...(options.interceptors ?? [])],
    readMaxBytes: options.readMaxBytes ?? defaults.maxBytes,
    writeMaxBytes: options.writeMaxBytes ?? defaults.maxBytes,
    acceptCompression: acceptCompression.includes("gzip") ? [gzip] : [],
    ...(sendCompression !== undefined && { sendCompression: gzip }),
    ...(compressMinBytes !== undefined && { compressMinBytes }),
    ...(defaultTimeoutMs !== undefined && { defaultTimeoutMs }),
  });
  return { ...transport, close: async () => agent.destroy() };
}
