import { ConnectError } from "@connectrpc/connect";
import { causesOf, saidBy } from "./causes.js";
import type { Verdict } from "./verdict.js";

/** Nothing was sent, because there was no connection. */
const CONNECT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused)$/;
/** Nothing was sent, because the server could not prove who it is. */
const CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_|ERR_TLS_CERT_)/;
/** The other side answered in another protocol, or refused this one. */
const PROTOCOL = /^(ERR_HTTP2_ERROR|HPE_\w+|ERR_SSL_(WRONG_VERSION_NUMBER|\w*NO_APPLICATION_PROTOCOL))$/;
/** Anything else that a connection can die of, before or after the request. */
const CONNECTION =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|ENETDOWN|E\w+UNREACH|EPROTO|UND_ERR_\w+|ERR_(HTTP2|STREAM|SSL|TLS)_\w+)$/;
/** How `fetch` says that it failed: Chromium, Node, Firefox, Safari, React Native, workerd. */
const FETCH =
  /^(Failed to fetch|fetch failed|NetworkError |Load failed|Network request failed|Network connection lost)/;
/** What Connect's transports say of a request that they do not send. */
const UNSENT = /^message size \d+ is larger than configured writeMaxBytes/;
/** How an answer reads to Connect's transports that was cut short, or that lost its trailers on the way. */
const BROKEN_OFF = /^protocol error: (incomplete envelope|promised \d+ bytes)/;
const FOREIGN = /^(protocol error: |missing (trailer|message|response body)$|unsupported content type )/;

/** What a chain of causes says about a failure that no server answered. */
export function verdictOfCauses(error: unknown): Verdict | undefined {
  let found: Verdict | undefined;
  for (const cause of causesOf(error)) {
    const verdict = verdictOfCause(cause);
    // Where one says for certain that nothing was sent, it knows more than the others.
    if (verdict?.delivery === "not_sent") return verdict;
    // `fetch` says no more than that it broke off; what lies under it may say why.
    if (found === undefined || found === brokeOff) found = verdict ?? found;
  }
  return found;
}

function verdictOfCause(cause: unknown): Verdict | undefined {
  if (cause === "missing response body") return foreign;
  if (!(cause instanceof Error)) return undefined;
  if (cause instanceof ConnectError) return verdictOfText(cause.rawMessage);
  const text = (name: string) => saidBy(Reflect.get(cause, name) ?? "");
  return verdictOfSystemCode(text("code"), text("syscall"), cause.message) ?? verdictOfName(cause);
}

function verdictOfSystemCode(code: string, syscall: string, message: string): Verdict | undefined {
  if (code === "ERR_HTTP2_GOAWAY_SESSION") return repeatAtOnce;
  if (code === "ERR_HTTP2_STREAM_ERROR") return verdictOfReset(message);
  if (CONNECT.test(code) || syscall === "connect" || syscall.startsWith("getaddrinfo")) return noConnection;
  if (CERTIFICATE.test(code)) return { ...noConnection, because: "certificate" };
  if (PROTOCOL.test(code)) return foreign;
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)) return timedOut;
  return CONNECTION.test(code) ? brokeOff : undefined;
}

function verdictOfName({ name, message }: Error): Verdict | undefined {
  if (name === "TimeoutError") return timedOut;
  if (name === "AbortError") return { reason: "canceled", delivery: "maybe_sent" };
  // undici has no code for some of what its parser refuses, such as bytes in a header.
  if (name === "HTTPParserError") return foreign;
  if (name !== "TypeError" || !FETCH.test(message)) return undefined;
  return message.startsWith("fetch failed") ? brokeOff : { ...brokeOff, because: "browser" };
}

function verdictOfText(message: string): Verdict | undefined {
  if (message.startsWith("http/2 stream closed with error code ")) return verdictOfReset(message);
  if (BROKEN_OFF.test(message)) return brokeOff;
  if (UNSENT.test(message)) return { reason: "too_large", delivery: "not_sent" };
  return FOREIGN.test(message) ? foreign : undefined;
}

/** RST_STREAM: only REFUSED_STREAM promises that nothing was processed (RFC 9113, section 8.7). */
function verdictOfReset(message: string): Verdict {
  if (/REFUSED_STREAM/.test(message)) return repeatAtOnce;
  if (/ENHANCE_YOUR_CALM/.test(message)) return { reason: "rate_limited", delivery: "maybe_sent" };
  return /INADEQUATE_SECURITY|HTTP_1_1_REQUIRED/.test(message) ? foreign : brokeOff;
}

const noConnection: Verdict = { reason: "unreachable", delivery: "not_sent" };
const foreign: Verdict = { reason: "not_supported", delivery: "maybe_sent" };
const timedOut: Verdict = { reason: "timeout", delivery: "maybe_sent" };
const brokeOff: Verdict = { reason: "unreachable", delivery: "maybe_sent" };
const repeatAtOnce: Verdict = { reason: "unreachable", delivery: "not_sent", retryAfterMs: 0 };
