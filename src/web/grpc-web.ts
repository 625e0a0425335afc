import { ManagementService } from "../../gen/grpc-web/zitadel/management_pb.js";
import { createClientOn, type ResendClient } from "../client.js";
import type { TransportOptions } from "../options.js";
import { type ClosableTransport, drainedTransportOn, type Platform } from "../transport/wire.js";
import { clientGrpcWebWire, grpcWebWire } from "./grpc-web-wire.js";
import type { ResendClientOptions } from "./index.js";
import { webRuntime } from "./runtime.js";

export * from "../index.js";
export type { ResendClientOptions, TransportOptions } from "./index.js";
export { serviceAccountKeyFile } from "./runtime.js";

const platform: Platform = {
  name: "zitadel-resend/web/grpc-web",
  defaultContentType: "application/grpc-web+proto",
  method: ManagementService.method.resendHumanInitialization,
  grpcWeb: clientGrpcWebWire,
  http: webRuntime,
};

/** Makes a client that speaks gRPC-web and nothing else. Nothing is sent before the first call. */
export function createResendClient(options: ResendClientOptions): ResendClient {
  return createClientOn(platform, options);
}

/** Makes a standard Connect transport for any generated service: gRPC-web alone, no policy. */
export function createTransport(options: TransportOptions): ClosableTransport {
  return drainedTransportOn({ ...platform, grpcWeb: grpcWebWire }, options);
}
