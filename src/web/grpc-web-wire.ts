import { generalEngine } from "../transport/grpc-web/general-engine.js";
import { plainEngine } from "../transport/grpc-web/plain-engine.js";
import { grpcWebTransport } from "../transport/grpc-web/transport.js";
import type { Wire } from "../transport/platform.js";
import type { TransportOptions } from "../transport/transport-options.js";
import { webRuntime } from "./runtime.js";

/** gRPC-web by `fetch`, for any service. */
export const grpcWebWire: Wire<TransportOptions> = (options) =>
  grpcWebTransport(options, webRuntime(options), generalEngine);

/** gRPC-web for the one method of this package's client, whose pages get no larger than that. */
export const clientGrpcWebWire: Wire<TransportOptions> = (options) =>
  grpcWebTransport(options, webRuntime(options), plainEngine);
