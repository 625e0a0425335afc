import type { Reason } from "./reason.js";
import type { Verdict } from "./verdict.js";

const REASONS: Readonly<Record<number, Reason>> = {
  400: "invalid_request",
  401: "unauthenticated",
  403: "permission_denied",
  408: "timeout",
  413: "too_large",
  414: "too_large",
  429: "rate_limited",
  431: "too_large",
  500: "server_error",
  502: "unreachable",
  503: "unreachable",
  504: "timeout",
};

/**
 * Statuses that say that the request went no further (RFC 9110, section 15;
 * RFC 6585). Not 403: firewalls also give it when they do not like the answer.
 * Not 302 and 303: they may stand for the result.
 */
const REFUSALS = [301, 307, 308, 400, 401, 404, 405, 413, 414, 415, 421, 426, 429, 431, 501, 505];

/** What an HTTP status says where no RPC status came with it: somebody on the way gave it. */
export function verdictOfHttpStatus(status: number): Verdict {
  return {
    reason: REASONS[status] ?? "not_supported",
    delivery: REFUSALS.includes(status) ? "not_sent" : "maybe_sent",
  };
}

/** The status in the message that Connect's own transports make of one. */
export function httpStatusIn(message: string): number | undefined {
  const status = /^HTTP (\d+)$/.exec(message)?.[1];
  return status === undefined ? undefined : Number(status);
}
