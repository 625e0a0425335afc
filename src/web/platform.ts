import { fetchClient } from "../transport/fetch-client.js";
import { grpcWebTransport } from "../transport/grpc-web.js";
import type { Platform } from "../transport/platform.js";

/** Browsers and edge runtimes offer what `fetch` can carry. */
export const webPlatform: Platform = {
  name: "browsers and other runtimes without HTTP/2 sockets",
  defaultContentType: "application/grpc-web+proto",
  grpcWeb: grpcWebTransport,
  http: ({ fetch }) => ({ http: fetchClient(fetch), close: async () => {} }),
};
