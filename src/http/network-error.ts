import { Code, ConnectError } from "@connectrpc/connect";
import { causesOf, saidBy, verdictOfCauses } from "../errors/from-causes.js";
import type { Verdict } from "../errors/verdict.js";

/**
 * What the runtime threw while it made an HTTP request, as a `ConnectError`:
 * Unavailable where there was no connection or it broke, Internal where the
 * answer was not HTTP, else Unknown. The message names the host and what to
 * look at; the raw error stays as the cause, which is what tells whether
 * anything was sent. A `ConnectError` comes out as it is.
 */
export function networkError(error: unknown, url: string): ConnectError {
  if (error instanceof ConnectError) return error;
  const verdict = verdictOfCauses(error);
  const message = `${wordsOf(verdict, new URL(url).host)} (${innermostMessage(error)})`;
  return new ConnectError(message, codeOf(verdict), undefined, undefined, error);
}

function wordsOf(verdict: Verdict | undefined, host: string): string {
  if (verdict === undefined) return `the request to ${host} failed`;
  if (verdict.says !== undefined) return `${host} ${verdict.says}`;
  if (verdict.because === "browser") {
    return `${host} did not answer this page: it is not reachable, or CORS forbids it`;
  }
  if (verdict.delivery === "not_sent") {
    return `no connection to ${host}: check baseUrl, DNS, and that the server runs`;
  }
  return `the connection to ${host} broke before the answer was complete`;
}

function codeOf(verdict: Verdict | undefined): Code {
  if (verdict === undefined) return Code.Unknown;
  return verdict.reason === "not_supported" ? Code.Internal : Code.Unavailable;
}

/** What the cause at the bottom says, which is the most exact. */
function innermostMessage(error: unknown): string {
  return (
    causesOf(error)
      .map(saidBy)
      .findLast((message) => message !== "") ?? "no reason given"
  );
}
