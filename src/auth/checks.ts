import { Code, type ConnectError } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";

/** The characters of a bearer token; whatever passes cannot break out of a header (RFC 6750, section 2.1). */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Checks that a value can be sent as a bearer token. The error says what is wrong and quotes none of it. */
export function checkBearerToken(token: unknown, what: string): string {
  if (typeof token === "string" && B64TOKEN.test(token)) return token;
  throw notSentError(`${what} ${problemOf(token)}`, Code.Unauthenticated, "unauthenticated");
}

function problemOf(token: unknown): string {
  if (typeof token !== "string") return `is of type ${typeof token}; expected a string`;
  if (token.trim() === "") return "is empty";
  if (/^\s*bearer\s/i.test(token)) return 'starts with "Bearer"; pass the token alone';
  return "holds a character that no token has";
}

/**
 * Whether anybody between here and the server could read what is sent: plain
 * `http:` to another host. Loopback is `localhost`, 127.0.0.0/8 and `[::1]`;
 * `URL` has already brought other spellings of an address into these.
 * `localhost.` and names that end in `.localhost` are not: they go to whoever
 * DNS says, whatever RFC 6761 asks for.
 */
export function isCleartext(url: URL): boolean {
  return url.protocol !== "https:" && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** Refuses to send a credential where others could read it. */
export function cleartextError(url: URL): ConnectError {
  return notSentError(
    `no credential goes to ${url.origin} over http://; use https://, or allowInsecure: true`,
    Code.InvalidArgument,
    "invalid_request",
  );
}

/** Checks the origin that issues tokens. */
export function parseIssuer(issuer: string | undefined, credential: string): URL {
  if (issuer === undefined) {
    throw invalidIssuer(`${credential} does not know where to get a token, for the client has no baseUrl`);
  }
  let url: URL;
  try {
    url = new URL(issuer);
  } catch {
    // Not quoted: what was pasted here may be the credential.
    throw invalidIssuer(`the issuer of ${credential} is not a URL`);
  }
  // Compared with what is sent as `aud`, and without a slash at the end.
  if (!/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw invalidIssuer(`the issuer of ${credential} holds more than an origin`);
  }
  return url;
}

function invalidIssuer(what: string) {
  return notSentError(
    `${what}; set its option issuer to the origin of your ZITADEL, for example "https://my-instance.zitadel.cloud"`,
    Code.InvalidArgument,
    "invalid_request",
  );
}
