import { Code } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";

/**
 * The path of a request on a connection that leads to one origin. An
 * interceptor may have changed it, but not where the connection leads.
 */
export function pathOf(requestUrl: string, { origin }: URL): string {
  if (requestUrl.startsWith(`${origin}/`)) return requestUrl.slice(origin.length);
  const message = `this transport's connection leads to ${origin}, not to ${requestUrl}`;
  throw notSentError(message, Code.InvalidArgument, "invalid_request");
}
