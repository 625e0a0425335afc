import { Code } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";

/** Checks the origin that issues tokens. */
export function parseIssuer(issuer: string | undefined, credential: string): URL {
  if (issuer === undefined) {
    throw invalid(`${credential} does not know where to get a token, for the client has no baseUrl`);
  }
  let url: URL;
  try {
    url = new URL(issuer);
  } catch {
    // Not quoted: what was pasted here may be the credential.
    throw invalid(`the issuer of ${credential} is not a URL`);
  }
  // Compared with what is sent as `aud`, and without a slash at the end.
  if (!/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw invalid(`the issuer of ${credential} holds more than an origin`);
  }
  return url;
}

function invalid(what: string) {
  return notSentError(
    `${what}; set its option issuer to the origin of your ZITADEL, for example "https://my-instance.zitadel.cloud"`,
    Code.InvalidArgument,
    "invalid_request",
  );
}
