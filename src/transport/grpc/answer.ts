import type { IncomingHttpHeaders, IncomingHttpStatusHeader } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import type { HttpFields } from "../../call/fields.js";
import { noteFacts } from "../../errors/facts.js";
import { nodeHeaders } from "../../http/node/exchange.js";
import { codeOfHttpStatus, grpcStatusError } from "../grpc-status.js";
import { foreignAnswer, quoteText, redirectError } from "../unexpected-answer.js";
import { isComplete, type PartialMessage } from "./message.js";

/** Header fields as Node gives them, pseudo-headers included. */
export type AnswerFields = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** Tells whether an answer is gRPC's: by its type, or by a `grpc-status`, whatever stands beside it. */
export function isGrpc(headers: AnswerFields): boolean {
  if (headers["grpc-status"] !== undefined) return true;
  return (
    headers[":status"] === 200 && /^application\/grpc(\+proto)?\s*(;|$)/i.test(headers["content-type"] ?? "")
  );
}

/**
 * The error of an answer that has ended: the one that its status tells, or the
 * one that it is; undefined where all is well. The status stands in the
 * trailers; in the headers only where nothing else came, or nothing but a
 * message that was a success.
 */
export function answerError(
  headers: AnswerFields,
  trailers: AnswerFields | undefined,
  message: PartialMessage,
): ConnectError | undefined {
  const isBare = trailers === undefined && (message.receivedBytes === 0 || headers["grpc-status"] === "0");
  const status = isBare ? headers : (trailers ?? {});
  const grpcStatus = answerField(status, "grpc-status");
  if (grpcStatus === undefined) return missingStatus(headers, trailers, message);
  if (grpcStatus === "0" && isComplete(message)) return undefined;
  const metadata = () => nodeHeaders(trailers, headers);
  const error = grpcStatusError(grpcStatus, (name) => answerField(status, name), metadata);
  if (error !== undefined) return error;
  const { receivedBytes, frameBytes = Number.POSITIVE_INFINITY } = message;
  if (receivedBytes > 0 && receivedBytes < frameBytes) return brokenOffError(metadata());
  const count = receivedBytes === 0 ? "no message" : "more than one message";
  return new ConnectError(`the server answered OK with ${count}`, Code.Unimplemented, metadata());
}

/** The answer is over, and nothing says how the call went. */
function missingStatus(headers: AnswerFields, trailers: AnswerFields | undefined, message: PartialMessage) {
  const metadata = nodeHeaders(trailers, headers);
  if (!isComplete(message) && (trailers === undefined || message.receivedBytes > 0))
    return brokenOffError(metadata);
  return noteFacts(
    new ConnectError(
      "the answer has no grpc-status: a proxy on the way may have dropped the trailers",
      Code.Internal,
      metadata,
    ),
    { reason: "not_supported", delivery: "maybe_sent" },
  );
}

function brokenOffError(metadata: Headers): ConnectError {
  const error = new ConnectError(
    "the answer ended before its message was complete",
    Code.Unavailable,
    metadata,
  );
  return noteFacts(error, { reason: "unreachable", delivery: "maybe_sent", answered: false });
}

/** The error of an answer that is not gRPC's: a proxy's, a login page, another server's. */
export function errorOfForeign(
  headers: AnswerFields,
  body: Uint8Array,
  url: URL,
  sent: Readonly<HttpFields>,
): ConnectError {
  const status = headers[":status"] ?? 0;
  const header = nodeHeaders(headers);
  const redirect = redirectError({ status, header, field: (name) => header.get(name) }, url.href);
  if (redirect !== undefined) return redirect;
  const quote = quoteText(new TextDecoder().decode(body), sent);
  return foreignAnswer(status, codeOfHttpStatus(status), header, quote, "gRPC");
}

function answerField(fields: AnswerFields, name: string): string | undefined {
  const value = fields[name];
  return Array.isArray(value) ? value.join(", ") : value?.toString();
}
