import { Code } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";

/**
 * Checks a base URL and gives it back parsed, its path without a slash at the
 * end. Credentials, a query or a fragment have no place in one.
 */
export function parseBaseUrl(baseUrl: unknown): URL {
  if (typeof baseUrl !== "string" || baseUrl === "") {
    throw invalid("baseUrl is missing");
  }
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    // Not quoted whole: what was pasted here may be a token.
    throw invalid(`baseUrl ${JSON.stringify(baseUrl.slice(0, 12))}… is not a URL`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw invalid(`baseUrl starts with "${url.protocol}" instead of "https:"`);
  }
  if (url.username + url.password + url.search + url.hash !== "") {
    throw invalid("baseUrl holds credentials, a query or a fragment");
  }
  url.pathname = url.pathname.replace(/\/+$/, "");
  // Takes a bare `?` or `#` away, which would stand before each path.
  url.search = url.hash = "";
  return url;
}

function invalid(what: string) {
  return notSentError(
    `${what}; expected the origin of your ZITADEL, for example "https://my-instance.zitadel.cloud"`,
    Code.InvalidArgument,
    "invalid_request",
  );
}
