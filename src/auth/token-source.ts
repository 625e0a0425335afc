import { Code, ConnectError } from "@connectrpc/connect";
import { ownOptions } from "../call/own-options.js";
import type { Auth, Credential } from "../credential.js";
import { notSentError } from "../errors/facts.js";
import { cleartextError, isCleartext, parseIssuer } from "./checks.js";
import { type Grant, type IssuedToken, requestToken } from "./token-request.js";

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
  const { scope = ZITADEL_API_SCOPE, issuer: ownIssuer, tokenTimeoutMs = 30_000 } = ownOptions(options);
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

/** A request for a token that nothing has come of yet. */
interface RequestUnderWay {
  readonly token: Promise<string>;
  readonly sinceMs: number;
}

/**
 * Keeps a token until its time is over or the server refuses it. However many
 * calls need a new one, one request is under way; if it fails, those that wait
 * fail, and the next call asks again.
 *
 * A request that is `staleMs` old may never end: on Cloudflare's workers it
 * dies with the call that made it. The next call makes another one then, and
 * so does a call that has waited for it until then.
 */
export function keptToken(
  requestToken: (callHeader: Headers) => Promise<IssuedToken>,
  now: () => number,
  staleMs: number,
): Credential {
  let kept: IssuedToken | undefined;
  let keptSince = 0;
  let requests = 0;
  let underWay: RequestUnderWay | undefined;

  const start = (callHeader: Headers): Promise<string> => {
    const number = ++requests;
    const token = requestToken(callHeader)
      .then((issued) => {
        // A request that was made later may have ended before this one.
        if (number > keptSince) [kept, keptSince] = [issued, number];
        return issued.token;
      })
      .finally(() => {
        if (number === requests) underWay = undefined;
      });
    underWay = { token, sinceMs: now() };
    return token;
  };
  const present = () => (kept !== undefined && now() < kept.untilMs ? kept.token : undefined);

  return (callHeader, refused) => {
    if (kept?.token === refused) kept = undefined;
    const token = present();
    if (token !== undefined) return token;
    const joined = underWay;
    const ageMs = joined === undefined ? staleMs : now() - joined.sinceMs;
    // Below zero where the clock was set back.
    if (joined === undefined || ageMs < 0 || ageMs >= staleMs) return start(callHeader);
    return orAfter(joined.token, staleMs - ageMs, () => {
      if (underWay === undefined || underWay === joined) return present() ?? start(callHeader);
      return underWay.token;
    });
  };
}

/** Waits for a promise, and from some time on for another one too; the first to settle counts. */
function orAfter<T>(work: Promise<T>, waitMs: number, other: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => Promise.resolve(other()).then(resolve, reject), waitMs);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

/** Servers that one client keeps tokens for; the one that was first asked for goes first. */
const MAX_SERVERS = 1000;

/** Header fields by which a proxy, or ZITADEL itself, picks the instance that a request is for. */
const NAMES_SERVER = /^(forwarded|(.+-)?host|x-forwarded-(port|proto|server))$/;

/**
 * A credential for each server that calls name in their header, because one
 * server's token is none of another's business: with
 * `x-zitadel-instance-host` one address stands for many instances.
 */
function tokenByHost(newCredential: () => Credential): Credential {
  const credentials = new Map<string, Credential>();
  return (callHeader, refused) => {
    let server = "";
    for (const [name, value] of callHeader) {
      if (NAMES_SERVER.test(name)) server += `${name}: ${value}\n`;
    }
    let credential = credentials.get(server);
    if (credential === undefined) {
      const [first] = credentials.keys();
      if (first !== undefined && credentials.size >= MAX_SERVERS) credentials.delete(first);
      credential = newCredential();
      credentials.set(server, credential);
    }
    return credential(callHeader, refused);
  };
}
