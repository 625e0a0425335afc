import { fetchClient } from "../transport/fetch-client.js";
import { grpcWebTransport } from "../transport/grpc-web.js";
import type { Platform } from "../transport/platform.js";
import { grpcTransport } from "./grpc.js";
import type { NodeTransportOptions } from "./node-options.js";

/** Node offers every wire. */
export const nodePlatform: Platform<NodeTransportOptions> = {
  name: "Node",
  defaultContentType: "application/grpc",
  grpc: grpcTransport,
  grpcWeb: grpcWebTransport,
  http: ({ fetch }) => ({ http: fetchClient(fetch), close: async () => {} }),
};
