import type { TransportOptions } from "../options.js";
import { generalCodec } from "../transport/grpc-web/codec.js";
import { plainCodec } from "../transport/grpc-web/plain-codec.js";
import { grpcWebTransport } from "../transport/grpc-web/transport.js";
import type { Wire } from "../transport/wire.js";
import { webRuntime } from "./runtime.js";

/** gRPC-web by `fetch`, for any service. */
export const grpcWebWire: Wire<TransportOptions> = (options) =>
  grpcWebTransport(options, webRuntime(options), generalCodec);

/** gRPC-web for the one method of this package's client, whose pages get no larger than that. */
export const clientGrpcWebWire: Wire<TransportOptions> = (options) =>
  grpcWebTransport(options, webRuntime(options), plainCodec);
