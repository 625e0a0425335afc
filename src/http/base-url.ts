import { Code } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";

/**
 * Checks a base URL and gives it back parsed, its path without a slash at the
 * end. Credentials, a query or a fragment have no place in one; a bare `?` or
 * `#` is left out. An error quotes nothing: a token may stand there.
 */
export function parseBaseUrl(baseUrl: unknown): URL {
  if (typeof baseUrl !== "string" || baseUrl === "") {
    throw invalidBaseUrl("baseUrl is missing");
  }
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw invalidBaseUrl("baseUrl is not a URL");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw invalidBaseUrl("baseUrl is no https:// URL");
  }
  if (url.username + url.password + url.search + url.hash !== "") {
    throw invalidBaseUrl("baseUrl holds credentials, a query or a fragment");
  }
  url.pathname = url.pathname.replace(/\/+$/, "");
  // Takes a bare `?` or `#` away, which would stand before each path.
  url.search = "";
  url.hash = "";
  return url;
}

function invalidBaseUrl(what: string) {
  return notSentError(
    `${what}; expected the origin of your ZITADEL, such as "https://my-instance.zitadel.cloud"`,
    Code.InvalidArgument,
    "invalid_request",
  );
}
