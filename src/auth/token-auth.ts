import { Code, ConnectError } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";
import type { Auth } from "./auth.js";
import { cleartextError, isCleartext } from "./cleartext.js";
import { parseIssuer } from "./issuer.js";
import { keptToken } from "./kept-token.js";
import { tokenByHost } from "./token-by-host.js";
import { type Grant, requestToken } from "./token-request.js";

/** The scope without which ZITADEL issues a token but its own API refuses it. */
const ZITADEL_API_SCOPE = "openid urn:zitadel:iam:org:project:id:zitadel:aud";

/** A token comes within a second, mostly; another request is made beside one that takes this long. */
const STALE_MS = 5_000;

/** How tokens are asked for; for credentials that are exchanged for one. */
export interface TokenOptions {
  /**
   * Origin of the ZITADEL that issues the tokens.
   *
   * @default the origin of the client's `baseUrl`; needed where the client has a ready `transport`
   */
  readonly issuer?: string;

  /**
   * Scopes to ask for, separated by spaces. Without
   * `urn:zitadel:iam:org:project:id:zitadel:aud` the token does not open
   * ZITADEL's own API.
   *
   * @default `openid urn:zitadel:iam:org:project:id:zitadel:aud`
   */
  readonly scope?: string;

  /**
   * How long one request for a token may take, in milliseconds, 1 to 600000. It
   * belongs to all calls that wait for it and goes on when one is cancelled.
   * After 5 seconds another one may be made beside it.
   *
   * @default 30000
   */
  readonly tokenTimeoutMs?: number;
}

/** What is handed in for a token, made for one issuer at one time. */
export type MakeGrant = (issuer: string, nowMs: number) => Grant | Promise<Grant>;

/** Exchanges a grant for tokens at ZITADEL's token endpoint (RFC 6749, section 3.2), and keeps them. */
export function tokenAuth(credential: string, options: TokenOptions, makeGrant: MakeGrant): Auth {
  // Without a prototype, which another script may have given an issuer.
  const own = { __proto__: null, ...options };
  const { scope = ZITADEL_API_SCOPE, issuer: ownIssuer, tokenTimeoutMs = 30_000 } = own;
  const timeoutMs = checkMs("tokenTimeoutMs", tokenTimeoutMs, 1, 600_000);
  return (host) => {
    const url = parseIssuer(ownIssuer ?? host.issuer, credential);
    if (isCleartext(url) && !host.allowInsecure) throw cleartextError(url);
    const issuer = url.origin;
    const request = async (callHeader?: Headers) => {
      try {
        const grant = await makeGrant(issuer, host.now());
        return await requestToken({ issuer, scope, grant, callHeader, timeoutMs, host });
      } catch (error) {
        if (error instanceof ConnectError) throw error;
        const message = "no token, because a part of this package could not be loaded";
        throw notSentError(message, Code.Unavailable, "unreachable", error);
      }
    };
    const staleMs = Math.min(timeoutMs, STALE_MS);
    // What a call says to its own server is none of another's business.
    if (issuer !== host.issuer) return keptToken(() => request(), host.now, staleMs);
    return tokenByHost(() => keptToken(request, host.now, staleMs));
  };
}

/** Checks an option that is a time. */
export function checkMs(name: string, value: number, minMs: number, maxMs: number): number {
  if (typeof value === "number" && value >= minMs && value <= maxMs) return value;
  throw notSentError(
    `${name} must be a number of milliseconds from ${minMs} to ${maxMs}`,
    Code.InvalidArgument,
    "invalid_request",
  );
}
