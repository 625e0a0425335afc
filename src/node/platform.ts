import { fetchClient } from "../transport/fetch-client.js";
import { grpcTimeout } from "../transport/grpc-timeout.js";
import type { WireRuntime } from "../transport/http.js";
import type { Platform } from "../transport/platform.js";
import { generalEngine } from "../transport/rest/general-engine.js";
import { restTransport } from "../transport/rest/transport.js";
import { withRestDefaults } from "../zitadel/rest-defaults.js";
import { grpcTransport } from "./grpc.js";
import { nodeGrpcWebTransport } from "./grpc-web.js";
import type { NodeTransportOptions } from "./node-options.js";
import { undiciClient } from "./undici-client.js";

/** Node offers every wire. */
export const nodePlatform: Platform<NodeTransportOptions> = {
  name: "Node",
  defaultContentType: "application/grpc",
  grpc: grpcTransport,
  grpcWeb: nodeGrpcWebTransport,
  rest: (options) => restTransport(withRestDefaults(options), httpRuntime(options), generalEngine),
  http: (options) => httpRuntime(options),
};

type HttpOptions = Partial<Pick<NodeTransportOptions, "baseUrl" | "fetch" | "tls" | "acceptCompression">>;

function httpRuntime(options: HttpOptions): WireRuntime & { close(): Promise<void> } {
  return options.fetch
    ? { http: fetchClient(options.fetch), close: async () => {}, timeoutText: grpcTimeout }
    : { ...undiciClient(options), timeoutText: grpcTimeout };
}
