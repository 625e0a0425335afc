import { fromBinary, type JsonValue, toJson } from "@bufbuild/protobuf";
import { findTrailerError } from "@connectrpc/connect/protocol-grpc";
import { ResendHumanInitializationResponseSchema } from "../../gen/zitadel/management_pb.js";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";
import type { HeaderPairs } from "./recording.js";
import type { WireAnswer } from "./replay.js";

/** Written by the connection, not by the service. */
const OF_THE_CONNECTION = ["connection", "content-length", "date", "keep-alive", "transfer-encoding"];

/** The sandbox says more than the real server: it shows what callers sent to a browser on the same machine. */
const OF_THE_SANDBOX = ["content-security-policy", "x-content-type-options"];

/** Told through {@link statusIn}, decoded. */
const OF_THE_STATUS = ["grpc-status", "grpc-message", "grpc-status-details-bin"];

/**
 * What an answer says, apart from what is another each time: times and request
 * ids are compared by shape, sequence numbers too, exposed headers as a set.
 */
export function meaningOf({ status, headers, trailers, body }: WireAnswer) {
  const contentType = String(headers.find(([name]) => name === "content-type")?.[1]);
  return {
    status,
    headers: headersIn(headers),
    headerStatus: statusIn(headers),
    trailerStatus: statusIn(trailers),
    body: bodyIn(contentType, body),
  };
}

function headersIn(pairs: HeaderPairs): Record<string, string> {
  const header: Record<string, string> = {};
  for (const [name, value] of pairs) {
    if ([OF_THE_CONNECTION, OF_THE_STATUS, OF_THE_SANDBOX].some((left) => left.includes(name))) continue;
    const shaped = headerValue(name, String(value));
    header[name] = name in header ? `${header[name]}, ${shaped}` : shaped;
  }
  return header;
}

function headerValue(name: string, value: string): string {
  switch (name) {
    case "access-control-expose-headers":
      return [...new Set(value.toLowerCase().split(", "))].sort().join(", ");
    case "expires":
    case "grpc-metadata-expires":
      return /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(value) ? "<time>" : value;
    case "x-request-id":
      return /^[0-9a-z]{20}$/.test(value) ? "<id>" : value;
    default:
      return value;
  }
}

/** The gRPC status in headers, trailers or a trailer frame: code, message, decoded details. */
function statusIn(pairs: HeaderPairs): unknown {
  const status = pairs.find(([name]) => name === "grpc-status")?.[1];
  if (status === undefined) return undefined;
  const header = new Headers(pairs.map(([name, value]): [string, string] => [name, String(value)]));
  const error = findTrailerError(header);
  return {
    status,
    message: decodeURIComponent(header.get("grpc-message") ?? ""),
    errorMessage: error?.rawMessage,
    details: error?.findDetails(ErrorDetailSchema).map(({ id, message }) => ({ id, message })),
  };
}

function bodyIn(contentType: string, body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (contentType === "application/json") return shaped(JSON.parse(body.toString()));
  return contentType.startsWith("application/grpc") ? framesIn(body) : body.toString();
}

/** A successful answer without what is another each time. */
function shaped(json: JsonValue): JsonValue {
  return JSON.parse(
    JSON.stringify(json, (name, value) => {
      if (name === "sequence") return /^[1-9]\d*$/.test(value) ? "<number>" : value;
      if (name === "changeDate") return /^\d{4}-\d\d-\d\dT[\d:]{8}(\.\d+)?Z$/.test(value) ? "<time>" : value;
      return value;
    }),
  );
}

function framesIn(body: Buffer): unknown[] {
  const frames: unknown[] = [];
  for (let at = 0; at < body.length; ) {
    const flags = body.readUInt8(at);
    const end = at + 5 + body.readUInt32BE(at + 1);
    const bytes = body.subarray(at + 5, end);
    frames.push({ flags, holds: flags === 0x80 ? statusIn(trailersIn(bytes)) : messageIn(bytes) });
    at = end;
  }
  return frames;
}

const messageIn = (bytes: Buffer) =>
  shaped(
    toJson(
      ResendHumanInitializationResponseSchema,
      fromBinary(ResendHumanInitializationResponseSchema, bytes),
    ),
  );

function trailersIn(bytes: Buffer): HeaderPairs {
  const lines = bytes.toString().split("\r\n").filter(Boolean);
  return lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
}
