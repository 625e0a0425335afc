import { constants } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Facts, noteFacts, notSentError } from "../../errors/facts.js";
import { verdictOfCauses } from "../../errors/from-causes.js";
import { networkError } from "../network-error.js";
import type { Http2Peer } from "./http2-peer.js";

/** How a stream ended before its answer was complete. */
export interface StreamEnd {
  readonly streamId: number | undefined;
  /** As RST_STREAM says; 0 also where none came. */
  readonly resetCode: number;
  /** What the stream reported, if anything. */
  readonly failure: unknown;
  /** Whether header fields of an answer came. */
  readonly isAnswered: boolean;
  readonly peer: Http2Peer;
  readonly url: URL;
}

/**
 * Says what became of a call whose stream ended without a complete answer.
 * Nothing was processed, for certain, only where the server says so: by
 * REFUSED_STREAM, or by a GOAWAY that leaves the stream out (RFC 9113, sections
 * 6.8 and 8.7). A server that has begun to answer cannot say so any more (gRFC
 * A6, "When Retries are Valid").
 */
export function streamError({
  streamId,
  resetCode,
  failure,
  isAnswered,
  peer,
  url,
}: StreamEnd): ConnectError {
  const { host } = url;
  // Each call gets an error of its own, because later layers note facts on it.
  if (failure instanceof ConnectError) return new ConnectError(failure.rawMessage, failure.code);
  if (streamId === undefined || (!isAnswered && streamId > (peer.lastStreamId ?? streamId))) {
    return notTaken(host, failure);
  }
  const what = `${host} ended the call before the answer was complete`;
  // Without Node's error as its cause, because that reads as a refusal.
  if (isAnswered && resetCode === constants.NGHTTP2_REFUSED_STREAM) {
    return endedBy(resetCode, what, undefined, false);
  }
  if (peer.goawayCode) {
    return endedBy(peer.goawayCode, `${host} ended the connection`, failure, false);
  }
  if (!peer.session.destroyed || resetCode === constants.NGHTTP2_REFUSED_STREAM) {
    return endedBy(resetCode, what, failure, true);
  }
  if (failure instanceof Error && TOO_MANY_HEADERS.test(failure.message)) {
    const message = `an answer of ${host} has more header fields than Node takes, which ended the connection`;
    return noted(message, Code.ResourceExhausted, { reason: "too_large", delivery: "maybe_sent" }, failure);
  }
  if (verdictOfCauses(failure)?.reason === "not_supported") {
    return noted(`${host} broke the rules of HTTP/2`, Code.Internal, unsupported, failure);
  }
  return failure === undefined
    ? noted(`${host} closed the connection before the answer was complete`, Code.Unavailable, brokenOff)
    : noteFacts(networkError(failure, url.href), { delivery: "maybe_sent" });
}

/** What nghttp2 says when header fields take more than nine frames; Node has no option for that. */
const TOO_MANY_HEADERS = /CONTINUATION/;

/** Says why no stream could be opened. Nothing was sent. */
export function openError(error: unknown, url: URL): ConnectError {
  if (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_HTTP2_")) {
    return notSentError(error.message, Code.InvalidArgument, "invalid_request", error);
  }
  if (verdictOfCauses(error)?.reason === "not_supported") return noHttp2Error(url.host, error);
  return noteFacts(networkError(error, url.href), { delivery: "not_sent" });
}

/** Says why a connection ended before it could be used. Nothing was sent. */
export function notReadyError(
  hasSettings: boolean,
  hasAgreed: boolean,
  failure: unknown,
  url: URL,
): ConnectError {
  if (hasSettings) return notTaken(url.host, failure);
  if (failure !== undefined) return openError(failure, url);
  if (!hasAgreed) return noHttp2Error(url.host, undefined);
  const message = `${url.host} closed the connection before HTTP/2 began`;
  return notSentError(message, Code.Unavailable, "unreachable");
}

function notTaken(host: string, cause: unknown): ConnectError {
  const message = `${host} was closing the connection and did not take the call`;
  return noteFacts(notSentError(message, Code.Unavailable, "unreachable", cause), { retryAfterMs: 0 });
}

/** What a connection dies of that came to nothing in time; in the words of the network, as from TCP. */
export function connectTimeout(timeoutMs: number): Error {
  const error = new Error(`no TCP, TLS and HTTP/2 within ${timeoutMs} ms`);
  return Object.assign(error, { code: "ETIMEDOUT", syscall: "connect" });
}

/** The error of a request with more header fields than a server takes. */
export function headersTooLarge(bytes: number, maxBytes: number, { host }: URL): ConnectError {
  const message = `the header fields of the request take ${bytes} bytes; at most ${maxBytes} may be sent to ${host}`;
  return notSentError(message, Code.ResourceExhausted, "too_large");
}

/** What open streams fail with on a connection that is dead. */
export function unansweredPing(): ConnectError {
  return new ConnectError("the connection answers no PING any more", Code.Unavailable);
}

/** The peer spoke something else, or nothing at all. */
function noHttp2Error(host: string, cause: unknown): ConnectError {
  if (cause instanceof Error && "code" in cause && cause.code === "ERR_SSL_WRONG_VERSION_NUMBER") {
    const plain = `${host} does not speak TLS: check baseUrl, which may have to begin with http://`;
    return notSentError(plain, Code.Internal, "not_supported", cause);
  }
  const message = `${host} does not speak HTTP/2, which gRPC needs; where a proxy in between does not, use contentType "application/grpc-web+proto" or "application/json"`;
  return notSentError(message, Code.Internal, "not_supported", cause);
}

function endedBy(resetCode: number, what: string, cause: unknown, mayRefuse: boolean): ConnectError {
  const { name, code, facts } = RESETS[resetCode] ?? { ...internal, name: `0x${resetCode.toString(16)}` };
  const isRefusal = facts.delivery === "not_sent";
  return noted(`${what}: ${name}`, code, isRefusal && !mayRefuse ? brokenOff : facts, cause);
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
