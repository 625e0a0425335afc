import { Code, ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../errors/facts.js";
import type { HttpResponse } from "./http.js";

/**
 * The error of a redirect, where an answer is one. None is followed: that would
 * hand the token to whoever the answer names. Browsers hide where it leads.
 */
export function redirectError(
  response: Pick<HttpResponse, "status" | "field" | "header">,
  url: string,
): ConnectError | undefined {
  const { status } = response;
  if (status !== 0 && (status < 300 || status > 399)) return undefined;
  const target = originOf(response.field("location"), url);
  return noteFacts(
    new ConnectError(
      `the server redirects${target === undefined ? "" : ` to ${target}`}, which is not followed because the token would go there; use the address that answers as baseUrl`,
      Code.Unknown,
      status === 0 ? undefined : response.header,
    ),
    {
      reason: "not_supported",
      // These say that the request belongs elsewhere; the others may stand for its result.
      delivery: status === 301 || status === 307 || status === 308 ? "not_sent" : "maybe_sent",
      ...(status !== 0 && { httpStatus: status }),
    },
  );
}

function originOf(location: string | null, url: string): string | undefined {
  if (location === null) return undefined;
  try {
    return new URL(location, url).origin;
  } catch {
    return undefined;
  }
}
