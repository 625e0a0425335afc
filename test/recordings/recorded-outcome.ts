import { fromBinary, type JsonValue, toJson } from "@bufbuild/protobuf";
import { findTrailerError } from "@connectrpc/connect/protocol-grpc";
import { ResendHumanInitializationResponseSchema } from "../../gen/zitadel/management_pb.js";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";
import { bodyOf, type HeaderPairs, type Recording } from "./recording.js";

/** What a client should make of a recorded answer. */
export type RecordedOutcome =
  | { readonly is: "success"; readonly response: JsonValue }
  | { readonly is: "error"; readonly code: number; readonly message: string; readonly details: unknown[] }
  /** Not the service's answer but that of something in front of it. */
  | { readonly is: "http"; readonly status: number };

/** Reads an answer without the code under test. */
export function recordedOutcome({ protocol, response }: Recording): RecordedOutcome {
  return protocol === "json" ? restOutcome(response) : grpcOutcome(response);
}

function restOutcome(response: Recording["response"]): RecordedOutcome {
  const isJson = response.headers.some(
    ([name, value]) => name === "content-type" && value === "application/json",
  );
  if (!isJson) return { is: "http", status: response.status };
  const json = JSON.parse(bodyOf(response).toString());
  if (json.code === undefined) return { is: "success", response: json };
  const details: { id: string; message: string }[] = json.details ?? [];
  return {
    is: "error",
    code: json.code,
    message: json.message,
    details: details.map(({ id, message }) => ({ id, message })),
  };
}

function grpcOutcome({
  status,
  headers,
  trailers = [],
  ...response
}: Recording["response"]): RecordedOutcome {
  if (status !== 200) return { is: "http", status };
  const pairs = [...headers, ...trailers].map(([name, value]): [string, string] => [name, String(value)]);
  const error = findTrailerError(new Headers(pairs));
  if (error !== undefined) {
    return {
      is: "error",
      code: error.code,
      message: decodeURIComponent(headerOf(pairs, "grpc-message")),
      details: error.findDetails(ErrorDetailSchema).map(({ id, message }) => ({ id, message })),
    };
  }
  // A plain message first; what may stand behind it are gRPC-web's trailers.
  const body = bodyOf(response);
  const message = body.subarray(5, 5 + body.readUInt32BE(1));
  const schema = ResendHumanInitializationResponseSchema;
  return { is: "success", response: toJson(schema, fromBinary(schema, message)) };
}

const headerOf = (pairs: HeaderPairs, wanted: string) =>
  String(pairs.find(([name]) => name === wanted)?.[1] ?? "");
