// For `HeadersInit`, which Connect's declarations name and Node's types lack.
/// <reference lib="dom" preserve="true" />

import { createClientOn, type ResendClient } from "../client.js";
import type { AnyClientOptions, NodeTransportOptions } from "../options.js";
import { type ClosableTransport, drainedTransportOn } from "../transport/wire.js";
import { checkedClientOptions, checkedTransportOptions } from "./checked-options.js";
import { nodePlatform } from "./platform.js";

export * from "../index.js";
export type { Http2Options, NodeTransportOptions as TransportOptions, TlsOptions } from "../options.js";
export { serviceAccountKeyFile } from "./key-file.js";

/** Options of {@link createResendClient} on Node. */
export type ResendClientOptions = AnyClientOptions<NodeTransportOptions>;

/** Makes a client. Nothing is sent, and no connection opened, before the first call. */
export function createResendClient(options: ResendClientOptions): ResendClient {
  return createClientOn(nodePlatform, checkedClientOptions(options));
}

/** Makes a standard Connect transport for any generated service: the wire alone, no policy. */
export function createTransport(options: NodeTransportOptions): ClosableTransport {
  return drainedTransportOn(nodePlatform, checkedTransportOptions(options));
}
