import { brokeOff, type Cause, CERTIFICATE, noConnection, timedOut } from "./from-causes.js";
import type { Verdict } from "./verdict.js";

/** The other side answered in another protocol, or refused this one. undici has no code for some of what its parser refuses. */
const PROTOCOL =
  /^(ERR_HTTP2_ERROR|HPE_\w+|HTTPParserError|ERR_SSL_(WRONG_VERSION_NUMBER|\w*NO_APPLICATION_PROTOCOL))$/;
/** What else a connection of Node can die of, before or after the request. */
const NODE_CONNECTION = /^ERR_(HTTP2|STREAM|SSL|TLS)_\w+$/;
/** What Connect's transports say of a request that they do not send. */
const UNSENT = /^message size \d+ is larger than configured writeMaxBytes/;
/** How an answer reads to Connect's transports that was cut short, or that lost its trailers on the way. */
const BROKEN_OFF = /^protocol error: (incomplete envelope|promised \d+ bytes)/;
const FOREIGN = /^(protocol error: |missing (trailer|message|response body)$|unsupported content type )/;

const foreign: Verdict = {
  reason: "not_supported",
  delivery: "maybe_sent",
  says: "did not answer in valid HTTP/1.1: it speaks another protocol, or a header holds raw bytes, as a gateway's binary metadata is",
};
const untrustedByNode: Verdict = {
  ...noConnection,
  because: "certificate",
  says: "has a certificate that is not trusted: its authority goes into tls.ca, another name into tls.serverName",
  advice:
    "Check baseUrl. The authority of the server's certificate goes into tls.ca, its name into tls.serverName.",
};
const repeatAtOnce: Verdict = { reason: "unreachable", delivery: "not_sent", retryAfterMs: 0 };

/** What the errors of Node, of undici and of Connect's transports mean for the mail. */
export function verdictOfNodeCause({ name, message, code }: Cause): Verdict | undefined {
  if (code === "ERR_HTTP2_GOAWAY_SESSION") return repeatAtOnce;
  if (code === "ERR_HTTP2_STREAM_ERROR") return verdictOfReset(message);
  if (CERTIFICATE.test(code)) return untrustedByNode;
  if (PROTOCOL.test(code || name)) return foreign;
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)) return timedOut;
  if (NODE_CONNECTION.test(code)) return brokeOff;
  return code === "" ? verdictOfText(message) : undefined;
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
