import { grpcWebTransport } from "../transport/grpc-web/transport.js";
import type { Platform } from "../transport/platform.js";
import { clientRestWire } from "./rest-wire.js";
import { webRuntime } from "./runtime.js";

/** Browsers and edge runtimes offer what `fetch` can carry: to a client REST for its own method, to others for any. */
export const webPlatform: Platform = {
  name: "browsers and other runtimes without HTTP/2 sockets",
  defaultContentType: "application/grpc-web+proto",
  grpcWeb: (options) => grpcWebTransport(options, webRuntime(options)),
  rest: clientRestWire,
  http: webRuntime,
};
