import { ManagementService } from "../../gen/rest/zitadel/management_pb.js";
import type { Platform } from "../transport/wire.js";
import { clientGrpcWebWire } from "./grpc-web-wire.js";
import { clientRestWire } from "./rest-wire.js";
import { webRuntime } from "./runtime.js";

/** Browsers and edge runtimes offer what `fetch` can carry: to a client for its own method, to others for any. */
export const webPlatform: Platform = {
  name: "browsers and other runtimes without HTTP/2 sockets",
  defaultContentType: "application/grpc-web+proto",
  method: ManagementService.method.resendHumanInitialization,
  grpcWeb: clientGrpcWebWire,
  rest: clientRestWire,
  http: webRuntime,
};
