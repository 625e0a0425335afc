import { Code, ConnectError } from "@connectrpc/connect";
import { addField, type HttpFields } from "../../call/fields.js";
import { noteFacts } from "../../errors/facts.js";
import type { HttpResponse } from "../../http/client.js";
import { grpcStatusError } from "../grpc-status.js";

const decoder = new TextDecoder();

/**
 * Reads the frame that holds the trailers: a block of HTTP/1 header fields, of
 * which what is none is left out. Source: gRPC-web, "Message framing".
 */
export function parseTrailers(data: Uint8Array): HttpFields {
  const fields: HttpFields = {};
  for (const line of decoder.decode(data).split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) addField(fields, line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return fields;
}

/** Fields as Connect hands them to callers; what cannot stand in `Headers` is left out. */
export function toHeaders(fields: HttpFields): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) {
    try {
      headers.append(name, value);
    } catch {
      // Not a name or a value that HTTP allows.
    }
  }
  return headers;
}

/** The error in the headers of an answer, where its status stands there and is not 0. */
export function headerError(response: HttpResponse): ConnectError | undefined {
  return response.field("grpc-status") === null ? undefined : answerError(response, {}, false);
}

/**
 * How an answer ended that has come whole: the error of its status, undefined
 * for status 0. The status stands in the trailers, or else in the headers:
 * behind those some proxies send trailers without one (connect-es#1764).
 */
export function answerError(
  response: HttpResponse,
  trailers: HttpFields,
  hasCors: boolean,
): ConnectError | undefined {
  const inTrailers = trailers["grpc-status"] !== undefined;
  const field = (name: string) => (inTrailers ? trailers[name] : response.field(name));
  const metadata = () => mergedMetadata(response, trailers);
  const status = field("grpc-status");
  if (status === undefined || status === null) return missingStatus(hasCors, metadata());
  const error = grpcStatusError(status, field, metadata);
  return error && noteFacts(error, { httpStatus: response.status });
}

function missingStatus(hasCors: boolean, metadata: Headers): ConnectError {
  const cors = hasCors
    ? ", or the page may not see it: the server must expose grpc-status, grpc-message and grpc-status-details-bin"
    : "";
  const message = `the answer has no grpc-status: a proxy on the way may have dropped the trailers${cors}`;
  return noteFacts(new ConnectError(message, Code.Internal, metadata), {
    reason: "not_supported",
    delivery: "maybe_sent",
  });
}

/** Headers and trailers, as Connect has them on an error. */
export function mergedMetadata(response: HttpResponse, trailers: HttpFields): Headers {
  const all = toHeaders(trailers);
  response.header.forEach((value, name) => {
    all.append(name, value);
  });
  return all;
}
