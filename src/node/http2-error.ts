import { constants } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Facts, noteFacts, notSentError } from "../errors/facts.js";
import { verdictOfCauses } from "../errors/network.js";
import type { Delivery } from "../errors/reason.js";
import { networkError } from "../transport/network-error.js";
import type { SessionHistory } from "./http2-sessions.js";

/** How a stream ended before its answer was complete. */
export interface StreamEnd {
  readonly streamId: number | undefined;
  /** As RST_STREAM says; 0 also where none came. */
  readonly resetCode: number;
  /** What the stream reported, if anything. */
  readonly failure: unknown;
  readonly history: SessionHistory | undefined;
  /** Whether response headers had come: the call was processed then, whatever the end says (gRFC A6). */
  readonly hasAnswered: boolean;
  readonly url: URL;
}

/**
 * Says what became of a call whose stream ended without an answer. Nothing was
 * sent, for certain, only where the server says so: by REFUSED_STREAM, or by a
 * GOAWAY that leaves the stream out (RFC 9113, sections 6.8 and 8.7).
 */
export function streamError(end: StreamEnd): ConnectError {
  const { streamId, resetCode, failure, history, hasAnswered, url } = end;
  const { host } = url;
  if (failure instanceof ConnectError) return failure;
  const isUnheard =
    streamId === undefined || history === undefined || streamId > (history.lastStreamId ?? streamId);
  if (isUnheard && !hasAnswered) {
    const message = `${host} was closing the connection and did not take the call`;
    return noteFacts(notSentError(message, Code.Unavailable, "unreachable", failure), { retryAfterMs: 0 });
  }
  if (history === undefined) return endedBy(resetCode, `${host} ended the call`, failure, hasAnswered);
  if (!history.hasSettings && isTlsAlert(failure)) return openError(failure, url);
  if (!history.hasSettings && history.session.alpnProtocol !== "h2") {
    return noHttp2Error(host, failure, "maybe_sent");
  }
  if (history.goawayCode)
    return endedBy(history.goawayCode, `${host} ended the connection`, failure, hasAnswered);
  if (!history.session.destroyed) {
    return endedBy(resetCode, `${host} ended the call before the answer was complete`, failure, hasAnswered);
  }
  if (verdictOfCauses(failure)?.reason === "not_supported") {
    return noted(`${host} broke the rules of HTTP/2`, Code.Internal, unsupported, failure);
  }
  return failure === undefined
    ? noted(`${host} closed the connection before the answer was complete`, Code.Unavailable, brokenOff)
    : networkError(failure, url.href);
}

/** Says why no stream could be opened; nothing was sent then. */
export function openError(error: unknown, url: URL): ConnectError {
  const raw = error instanceof ConnectError && error.cause !== undefined ? error.cause : error;
  if (raw instanceof TypeError && "code" in raw && raw.code === "ERR_HTTP2_INVALID_CONNECTION_HEADERS") {
    return notSentError(raw.message, Code.InvalidArgument, "invalid_request", raw);
  }
  if (verdictOfCauses(raw)?.reason === "not_supported") return noHttp2Error(url.host, raw, "not_sent");
  return noteFacts(networkError(raw, url.href), { delivery: "not_sent" });
}

/** TLS 1.3 lets the client go on before the server has made up its mind about its certificate. */
function isTlsAlert(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^ERR_SSL_\w+_ALERT_/.test(String(error.code));
}

/** The peer spoke something else, or nothing at all. */
function noHttp2Error(host: string, cause: unknown, delivery: Delivery): ConnectError {
  if (cause instanceof Error && "code" in cause && cause.code === "ERR_SSL_WRONG_VERSION_NUMBER") {
    const plain = `${host} does not speak TLS: check baseUrl, which may have to begin with http://`;
    return noted(plain, Code.Internal, { reason: "not_supported", delivery }, cause);
  }
  const message = `${host} does not speak HTTP/2, which gRPC needs; where a proxy in between does not, use contentType "application/grpc-web+proto" or "application/json"`;
  return noted(message, Code.Internal, { reason: "not_supported", delivery }, cause);
}

function endedBy(resetCode: number, what: string, cause: unknown, hasAnswered: boolean): ConnectError {
  const { name, code, facts } = RESETS[resetCode] ?? { ...internal, name: `0x${resetCode.toString(16)}` };
  const isCommitted = hasAnswered && facts.delivery === "not_sent";
  return noted(`${what}: ${name}`, code, isCommitted ? brokenOff : facts, cause);
}

function noted(message: string, code: Code, facts: Facts, cause?: unknown): ConnectError {
  return noteFacts(new ConnectError(message, code, undefined, undefined, cause), facts);
}

const brokenOff: Facts = { reason: "unreachable", delivery: "maybe_sent" };

interface Reset {
  readonly name: string;
  readonly code: Code;
  readonly facts: Facts;
}

const internal = { code: Code.Internal, facts: brokenOff };
const unsupported: Facts = { reason: "not_supported", delivery: "maybe_sent" };

/**
 * Source: gRPC over HTTP/2, "Errors", but for two codes: CANCEL is Canceled
 * there, as if the caller had given up, and NO_ERROR is Internal, although that
 * is how servers and proxies shed calls when they stop.
 */
const RESETS: Readonly<Record<number, Reset>> = {
  [constants.NGHTTP2_NO_ERROR]: { name: "NO_ERROR", code: Code.Unavailable, facts: brokenOff },
  [constants.NGHTTP2_PROTOCOL_ERROR]: { ...internal, name: "PROTOCOL_ERROR" },
  [constants.NGHTTP2_INTERNAL_ERROR]: { ...internal, name: "INTERNAL_ERROR" },
  [constants.NGHTTP2_FLOW_CONTROL_ERROR]: { ...internal, name: "FLOW_CONTROL_ERROR" },
  [constants.NGHTTP2_SETTINGS_TIMEOUT]: { ...internal, name: "SETTINGS_TIMEOUT" },
  [constants.NGHTTP2_STREAM_CLOSED]: { ...internal, name: "STREAM_CLOSED" },
  [constants.NGHTTP2_FRAME_SIZE_ERROR]: { ...internal, name: "FRAME_SIZE_ERROR" },
  [constants.NGHTTP2_REFUSED_STREAM]: {
    name: "REFUSED_STREAM",
    code: Code.Unavailable,
    facts: { reason: "unreachable", delivery: "not_sent", retryAfterMs: 0 },
  },
  [constants.NGHTTP2_CANCEL]: { name: "CANCEL", code: Code.Unavailable, facts: brokenOff },
  [constants.NGHTTP2_COMPRESSION_ERROR]: { ...internal, name: "COMPRESSION_ERROR" },
  [constants.NGHTTP2_CONNECT_ERROR]: { ...internal, name: "CONNECT_ERROR" },
  [constants.NGHTTP2_ENHANCE_YOUR_CALM]: {
    name: "ENHANCE_YOUR_CALM",
    code: Code.ResourceExhausted,
    facts: { reason: "rate_limited", delivery: "maybe_sent" },
  },
  [constants.NGHTTP2_INADEQUATE_SECURITY]: {
    name: "INADEQUATE_SECURITY",
    code: Code.PermissionDenied,
    facts: unsupported,
  },
  [constants.NGHTTP2_HTTP_1_1_REQUIRED]: {
    name: "HTTP_1_1_REQUIRED",
    code: Code.Internal,
    facts: unsupported,
  },
};
