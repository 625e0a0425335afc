import type { Answer, Exchange } from "./exchange.js";
import { grpcCall } from "./grpc-call.js";
import { frame, gzipFrame } from "./grpc-message.js";
import type { Instance } from "./instance.js";

/** Content types that the server takes as gRPC; those with parameters it does not. */
export const GRPC_CONTENT_TYPES: ReadonlySet<unknown> = new Set([
  "application/grpc",
  "application/grpc+proto",
  "application/grpc+json",
]);

/** Answers a gRPC request: always headers, then trailers, also where there is no message. */
export function answerGrpc(instance: Instance, exchange: Exchange): Answer {
  const outcome = grpcCall(instance, exchange, exchange.body);
  if (!("gzip" in outcome)) return outcome;
  const { header, message, status, gzip } = outcome;
  return {
    status: 200,
    header: {
      "content-type": exchange.header["content-type"] ?? "",
      trailer: "Grpc-Status, Grpc-Message, Grpc-Status-Details-Bin",
      "x-robots-tag": "none",
      ...header,
      ...(gzip && { "grpc-encoding": "gzip" }),
    },
    ...(message && { body: gzip ? gzipFrame(message) : frame(message) }),
    trailer: status,
  };
}
