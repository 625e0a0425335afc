import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import {
  ManagementService,
  type ResendHumanInitializationRequest,
  ResendHumanInitializationRequestSchema,
  ResendHumanInitializationResponseSchema,
} from "../../gen/zitadel/management_pb.js";
import {
  type Answer,
  type Exchange,
  newRequestId,
  noCacheHeader,
  parseGrpcTimeout,
  textAnswer,
} from "./exchange.js";
import { frame, gzipFrame, readMessage } from "./grpc-message.js";
import type { Instance } from "./instance.js";
import { deadlineRefusal, plainRefusal } from "./refusal.js";
import { resendHumanInitialization } from "./rpc.js";
import { pathOf } from "./target.js";

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

/** Path of the rpc over gRPC and gRPC-web. */
export const RPC_PATH = `/${ManagementService.typeName}/${ManagementService.method.resendHumanInitialization.name}`;

/** How a call over gRPC or gRPC-web went, before it is put on the wire. */
export interface GrpcOutcome {
  /** Metadata of the answer, as HTTP headers. */
  readonly header: Record<string, string>;
  /** The answer's message, unless the call failed. */
  readonly message?: Uint8Array;
  /** `grpc-status` and what goes with it. */
  readonly status: Record<string, string>;
  /** Whether messages go back packed; they do when the request's was. */
  readonly gzip: boolean;
}

/** Runs a call that came over gRPC or gRPC-web; an answer in place of an outcome is plain HTTP. */
export function grpcCall(instance: Instance, exchange: Exchange, body: Buffer): GrpcOutcome | Answer {
  const timeout = exchange.header["grpc-timeout"];
  const timeoutMs = parseGrpcTimeout(timeout);
  if (timeoutMs === undefined) return malformedTimeout(String(timeout));
  const encoding = String(exchange.header["grpc-encoding"] ?? "identity");
  const request = readRequest(pathOf(exchange.target) ?? "", body, encoding);
  const gzip = encoding === "gzip";
  if (request instanceof ConnectError) return { header: {}, status: statusOf(request), gzip };
  if (exchange.ageMs() >= timeoutMs) return { header: {}, status: statusOf(deadlineRefusal()), gzip };
  const result = resendHumanInitialization(instance, exchange, request);
  const header = callHeader(instance);
  if (result instanceof ConnectError) return { header, status: statusOf(result), gzip };
  const message = toBinary(ResendHumanInitializationResponseSchema, result);
  return { header, message, status: { "grpc-status": "0" }, gzip };
}

/** Metadata that every call gets which reached the service. */
function callHeader({ directory }: Instance): Record<string, string> {
  const cache = noCacheHeader(directory.now());
  return {
    ...cache,
    "grpc-metadata-cache-control": cache["cache-control"],
    "grpc-metadata-expires": cache.expires,
    "grpc-metadata-pragma": cache.pragma,
    "x-request-id": newRequestId(),
  };
}

function readRequest(
  path: string,
  body: Buffer,
  encoding: string,
): ResendHumanInitializationRequest | ConnectError {
  const [, service, method] = /^\/(.*)\/(.*)$/s.exec(path) ?? [];
  if (service === undefined || method === undefined) {
    return plainRefusal(Code.Unimplemented, `malformed method name: ${JSON.stringify(path)}`);
  }
  if (service !== ManagementService.typeName) {
    return plainRefusal(Code.Unimplemented, `unknown service ${service}`);
  }
  if (path !== RPC_PATH) {
    return plainRefusal(Code.Unimplemented, `unknown method ${method} for service ${service}`);
  }
  const message = readMessage(body, encoding);
  if (message instanceof ConnectError) return message;
  try {
    return fromBinary(ResendHumanInitializationRequestSchema, message);
  } catch (error) {
    // Only the decoder of text throws a TypeError.
    const what =
      error instanceof TypeError
        ? "string field contains invalid UTF-8"
        : "proto:\u00a0cannot parse invalid wire-format data";
    return plainRefusal(Code.Internal, `grpc: error unmarshalling request: ${what}`);
  }
}

/** An error as gRPC's trailers; Connect packs the details, Go's way of escaping keeps spaces. */
function statusOf(error: ConnectError): Record<string, string> {
  return {
    ...Object.fromEntries(setTrailerStatus(new Headers(), error)),
    "grpc-message": error.rawMessage.replace(/[^ -$&-~]+/gu, encodeURIComponent),
  };
}

function malformedTimeout(value: string): Answer {
  const why = `transport: timeout unit is not recognized: ${JSON.stringify(value)}`;
  return textAnswer(400, "text/plain; charset=utf-8", `malformed grpc-timeout: ${why}\n`, {
    "x-content-type-options": "nosniff",
    "x-robots-tag": "none",
  });
}
