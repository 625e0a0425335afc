import { fetchClient } from "../transport/fetch-client.js";
import { grpcWebTransport } from "../transport/grpc-web/transport.js";
import type { WireRuntime } from "../transport/http.js";
import type { Platform } from "../transport/platform.js";
import { restTransport } from "../transport/rest/transport.js";
import type { TransportOptions } from "../transport/transport-options.js";
import { withRestDefaults } from "../zitadel/rest-defaults.js";

/** Browsers and edge runtimes offer what `fetch` can carry. */
export const webPlatform: Platform = {
  name: "browsers and other runtimes without HTTP/2 sockets",
  defaultContentType: "application/grpc-web+proto",
  grpcWeb: (options) => grpcWebTransport(options, webRuntime(options)),
  rest: (options) => restTransport(withRestDefaults(options), webRuntime(options)),
  http: (options) => webRuntime(options),
};

/** HTTP by `fetch`, with nothing that a browser or ZITADEL's CORS list refuses. */
export function webRuntime({
  fetch,
}: Pick<TransportOptions, "fetch">): WireRuntime & { close(): Promise<void> } {
  return { http: fetchClient(fetch), sendsTimeout: false, close: async () => {} };
}
