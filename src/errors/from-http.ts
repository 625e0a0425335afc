import type { Reason, Verdict } from "./verdict.js";

const HTTP_REASONS: Readonly<Record<number, Reason>> = {
  401: "unauthenticated",
  403: "permission_denied",
  408: "timeout",
  413: "too_large",
  414: "too_large",
  429: "rate_limited",
  431: "too_large",
  499: "server_error",
  502: "unreachable",
  503: "unreachable",
  504: "timeout",
  // Cloudflare's, for an origin that does not answer in time.
  522: "timeout",
  524: "timeout",
};

/** Another path, method, protocol or network than the one that was meant. */
const NOT_SUPPORTED = [404, 405, 406, 407, 415, 421, 426, 501, 505, 511];

/**
 * Statuses that say that the request went no further (RFC 9110, section 15;
 * RFC 6585). Not 403: firewalls also give it when they do not like the answer.
 * Not 302 and 303: they may stand for the result.
 */
const HTTP_REFUSALS = [
  301, 307, 308, 400, 401, 404, 405, 407, 413, 414, 415, 421, 426, 429, 431, 501, 505, 511,
];

/**
 * What an HTTP status says where no RPC status came with it: somebody on the
 * way gave it. A status without a meaning here counts as its class (RFC 9110,
 * section 15); 520 to 530 are an edge's that cannot reach its origin.
 */
export function verdictOfHttpStatus(status: number): Verdict {
  return {
    reason: HTTP_REASONS[status] ?? reasonOfClass(status),
    delivery: HTTP_REFUSALS.includes(status) ? "not_sent" : "maybe_sent",
  };
}

function reasonOfClass(status: number): Reason {
  if (status < 400 || status > 599 || NOT_SUPPORTED.includes(status)) return "not_supported";
  if (status < 500) return "invalid_request";
  return status >= 520 && status <= 530 ? "unreachable" : "server_error";
}

/** The status in the message that Connect's own transports make of one. */
export function httpStatusIn(message: string): number | undefined {
  const status = /^HTTP (\d+)$/.exec(message)?.[1];
  return status === undefined ? undefined : Number(status);
}

/**
 * How long a server asks to wait: `Retry-After` in seconds or as a date
 * (RFC 9110, section 10.2.3), seen from the server's own `Date` if it gave one.
 */
export function retryAfterMsOf(header: Headers): number | undefined {
  const value = header.get("retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // All three forms of a date start with the day's name; `Date.parse` also makes one of "-1" and "1.5".
  if (!/^[a-z]/i.test(value)) return undefined;
  const waitMs = Date.parse(value) - (Date.parse(header.get("date") ?? "") || Date.now());
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}
