import { ManagementService } from "../../gen/rest/zitadel/management_pb.js";
import { createClientOn, type ResendClient } from "../client.js";
import type { TransportOptions } from "../options.js";
import { type ClosableTransport, drainedTransportOn, type Platform } from "../transport/wire.js";
import type { ResendClientOptions } from "./index.js";
import { clientRestWire, restWire } from "./rest-wire.js";
import { webRuntime } from "./runtime.js";

export * from "../index.js";
export type { ResendClientOptions, TransportOptions } from "./index.js";
export { serviceAccountKeyFile } from "./runtime.js";

const platform: Platform = {
  name: "zitadel-resend/web/rest",
  defaultContentType: "application/json",
  method: ManagementService.method.resendHumanInitialization,
  rest: clientRestWire,
  http: webRuntime,
};

/** Makes a client that speaks REST and nothing else. Nothing is sent before the first call. */
export function createResendClient(options: ResendClientOptions): ResendClient {
  return createClientOn(platform, options);
}

/** Makes a standard Connect transport for any generated service with HTTP rules: REST alone, no policy. */
export function createTransport(options: TransportOptions): ClosableTransport {
  return drainedTransportOn({ ...platform, rest: restWire }, options);
}
