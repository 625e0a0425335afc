import { parseBaseUrl } from "../transport/base-url.js";
import { fetchClient } from "../transport/fetch-client.js";
import { generalEngine as generalGrpcWeb } from "../transport/grpc-web/general-engine.js";
import type { GrpcWebRuntime } from "../transport/grpc-web/runtime.js";
import { grpcWebTransport } from "../transport/grpc-web/transport.js";
import type { WireRuntime } from "../transport/http.js";
import type { Platform } from "../transport/platform.js";
import { generalEngine } from "../transport/rest/general-engine.js";
import { restTransport } from "../transport/rest/transport.js";
import { withRestDefaults } from "../zitadel/rest-defaults.js";
import { grpcTransport } from "./grpc.js";
import { gzip } from "./gzip.js";
import { http2Client } from "./http2-client.js";
import type { NodeTransportOptions } from "./node-options.js";
import { undiciClient } from "./undici-client.js";

/** Node offers every wire. */
export const nodePlatform: Platform<NodeTransportOptions> = {
  name: "Node",
  defaultContentType: "application/grpc",
  grpc: grpcTransport,
  grpcWeb: (options) => grpcWebTransport(options, grpcWebRuntime(options), generalGrpcWeb),
  rest: (options) => restTransport(withRestDefaults(options), httpRuntime(options), generalEngine),
  http: (options) => httpRuntime(options),
};

type HttpOptions = Pick<NodeTransportOptions, "fetch" | "tls" | "acceptCompression">;

function httpRuntime(options: HttpOptions): WireRuntime & { close(): Promise<void> } {
  const client = options.fetch
    ? { http: fetchClient(options.fetch), close: async () => {} }
    : undiciClient(options);
  return { ...client, sendsTimeout: true };
}

function grpcWebRuntime(options: NodeTransportOptions): GrpcWebRuntime {
  const { acceptCompression = ["gzip"], sendCompression, compressMinBytes, httpVersion, fetch } = options;
  const onHttp2 = httpVersion === "2" && fetch === undefined;
  return {
    ...(onHttp2 ? http2Client(parseBaseUrl(options.baseUrl), options) : httpRuntime(options)),
    sendsTimeout: true,
    acceptCompression: acceptCompression.includes("gzip") ? gzip : undefined,
    sendCompression: sendCompression && gzip,
    compressMinBytes,
  };
}
