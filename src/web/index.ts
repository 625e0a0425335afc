import { createClientOn, type ResendClient } from "../client.js";
import type { AnyClientOptions, TransportOptions } from "../options.js";
import { type ClosableTransport, drainedTransportOn } from "../transport/wire.js";
import { grpcWebWire } from "./grpc-web-wire.js";
import { webPlatform } from "./platform.js";
import { restWire } from "./rest-wire.js";

export * from "../index.js";
export type { TransportOptions } from "../options.js";
export { serviceAccountKeyFile } from "./runtime.js";

/** Options of {@link createResendClient} outside Node. */
export type ResendClientOptions = AnyClientOptions;

/** Makes a client. Nothing is sent before the first call. */
export function createResendClient(options: ResendClientOptions): ResendClient {
  return createClientOn(webPlatform, options);
}

/** Makes a standard Connect transport for any generated service: the wire alone, no policy. */
export function createTransport(options: TransportOptions): ClosableTransport {
  return drainedTransportOn({ ...webPlatform, grpcWeb: grpcWebWire, rest: restWire }, options);
}
