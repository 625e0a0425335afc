import { Code, ConnectError } from "@connectrpc/connect";
import { type Facts, noteFacts } from "../errors/facts.js";
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
  const message = `the server redirects${target ? ` to ${target}` : ""}, which is not followed; set baseUrl to the address that answers`;
  const facts: Facts = status === 0 ? { reason: "not_supported" } : { httpStatus: status };
  return noteFacts(new ConnectError(message, Code.Unknown, response.header), facts);
}

function originOf(location: string | null, url: string): string | undefined {
  if (location === null) return undefined;
  try {
    return new URL(location, url).origin;
  } catch {
    return undefined;
  }
}
