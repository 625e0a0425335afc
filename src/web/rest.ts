/** The build for pages and runtimes that speak REST only: it loads no other wire. */
import { createClientOn, type ResendClient } from "../client.js";
import { createTransportOn } from "../transport/create-transport.js";
import type { ClosableTransport, Platform } from "../transport/platform.js";
import { restTransport } from "../transport/rest/transport.js";
import type { TransportOptions } from "../transport/transport-options.js";
import { withRestDefaults } from "../zitadel/rest-defaults.js";
import type { ResendClientOptions } from "./index.js";
import { webRuntime } from "./runtime.js";

export * from "../index.js";
export type { ResendClientOptions, TransportOptions } from "./index.js";
export { serviceAccountKeyFile } from "./key-file.js";

const restPlatform: Platform = {
  name: "the build for REST only",
  defaultContentType: "application/json",
  rest: (options) => restTransport(withRestDefaults(options), webRuntime(options)),
  http: webRuntime,
};

/** Makes a client. Nothing is sent before the first call. */
export function createResendClient(options: ResendClientOptions): ResendClient {
  return createClientOn(restPlatform, options);
}

/** Makes a standard Connect transport for any generated service with HTTP rules: the wire alone, no policy. */
export function createTransport(options: TransportOptions): ClosableTransport {
  return createTransportOn(restPlatform, options);
}
