import type { PeerWire } from "./answers.js";

/** How a client is told to use a wire. */
export const WIRE_OPTIONS = {
  gRPC: { contentType: "application/grpc" },
  "gRPC-web": { contentType: "application/grpc-web+proto" },
  "gRPC-web on HTTP/2": { contentType: "application/grpc-web+proto", httpVersion: "2" },
  REST: { contentType: "application/json" },
} as const satisfies Record<PeerWire, object>;
