import type { TransportOptions } from "../options.js";
import { generalEngine } from "../transport/grpc-web/codec.js";
import { plainEngine } from "../transport/grpc-web/plain-codec.js";
import { grpcWebTransport } from "../transport/grpc-web/transport.js";
import type { Wire } from "../transport/wire.js";
import { webRuntime } from "./runtime.js";

/** gRPC-web by `fetch`, for any service. */
export const grpcWebWire: Wire<TransportOptions> = (options) =>
  grpcWebTransport(options, webRuntime(options), generalEngine);

/** gRPC-web for the one method of this package's client, whose pages get no larger than that. */
export const clientGrpcWebWire: Wire<TransportOptions> = (options) =>
  grpcWebTransport(options, webRuntime(options), plainEngine);
