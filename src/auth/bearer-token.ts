import { Code } from "@connectrpc/connect";
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
  return "holds a character that no token has, perhaps a space";
}
