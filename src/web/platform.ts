import { grpcWebTransport } from "../transport/grpc-web/transport.js";
import type { Platform } from "../transport/platform.js";
import { restTransport } from "../transport/rest/transport.js";
import { withRestDefaults } from "../zitadel/rest-defaults.js";
import { webRuntime } from "./runtime.js";

/** Browsers and edge runtimes offer what `fetch` can carry. */
export const webPlatform: Platform = {
  name: "browsers and other runtimes without HTTP/2 sockets",
  defaultContentType: "application/grpc-web+proto",
  grpcWeb: (options) => grpcWebTransport(options, webRuntime(options)),
  rest: (options) => restTransport(withRestDefaults(options), webRuntime(options)),
  http: webRuntime,
};
