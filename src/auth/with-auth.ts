import { Code, ConnectError } from "@connectrpc/connect";
import { hasSent, markUnsent } from "../call/stop.js";
import type { Unary } from "../call/unary.js";
import { notSentError } from "../errors/facts.js";
import { abortable } from "./abortable.js";
import type { Auth, AuthHttp } from "./auth.js";
import { checkBearerToken } from "./bearer-token.js";
import { cleartextError, isCleartext } from "./cleartext.js";

/** What the layer needs to know of the client that it belongs to. */
export interface AuthSettings {
  readonly auth?: Auth | undefined;
  /** Where the calls go; missing where only a transport is known, whose TLS is then its own business. */
  readonly baseUrl?: URL | undefined;
  readonly allowInsecure?: boolean | undefined;
  /** Reaches the token endpoint. */
  readonly http: AuthHttp;
  /** The time, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** A time that never goes back, in milliseconds. @default performance.now */
  readonly steadyNow?: () => number;
}

/**
 * Puts the credential on each attempt, always one. An `authorization` header
 * that the call brings, from its caller or an interceptor, goes in its place.
 *
 * A call that the server refuses as Unauthenticated ran nothing, so it is
 * repeated once if the credential then gives another token.
 *
 * @throws ConnectError InvalidArgument, here, if the credential would travel in
 *   the clear or does not know its issuer
 */
export function withAuth(next: Unary, settings: AuthSettings): Unary {
  const { auth, baseUrl, allowInsecure = false, http } = settings;
  const { now = Date.now, steadyNow = () => performance.now() } = settings;
  const cleartextUrl = baseUrl !== undefined && !allowInsecure && isCleartext(baseUrl) ? baseUrl : undefined;
  if (auth !== undefined && cleartextUrl !== undefined) throw cleartextError(cleartextUrl);
  const credential = auth?.({ issuer: baseUrl?.origin, allowInsecure, http, now });

  const authorized: Unary = (method, signal, timeoutMs, header, input, contextValues) => {
    const callHeader = header === undefined ? NO_HEADER : new Headers(header);
    const brought = callHeader.get("authorization");
    if (brought !== null) {
      if (cleartextUrl !== undefined) throw cleartextError(cleartextUrl);
      checkBrought(brought);
    }
    if (brought !== null || credential === undefined) {
      return next(method, signal, timeoutMs, header, input, contextValues);
    }

    const startedAtMs = steadyNow();
    const wasSent = hasSent(signal);
    const leftMs = () => timeLeft(timeoutMs, steadyNow() - startedAtMs);
    const send = (token: string, leftMs: number | undefined) =>
      next(method, signal, leftMs, withToken(header, token), input, contextValues);
    const sendOrRenew = (token: string, givenMs: number | undefined) =>
      send(token, givenMs).catch(async (error) => {
        if (!(error instanceof ConnectError) || error.code !== Code.Unauthenticated) throw error;
        if (!wasSent) markUnsent(signal);
        const other = credential(callHeader, token);
        const renewed = typeof other === "string" ? other : await abortable(other, signal);
        if (renewed === token) throw error;
        return send(renewed, leftMs());
      });
    const given = credential(callHeader);
    if (typeof given === "string") return sendOrRenew(given, timeoutMs);
    return abortable(given, signal).then((token) => sendOrRenew(token, leftMs()));
  };
  // Not async, because that costs every call; but what is thrown comes out as if it were.
  return (...call) => {
    try {
      return authorized(...call);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

/** Never changed. Most calls bring no header, and a `Headers` costs more than all else in this layer. */
const NO_HEADER = new Headers();

function withToken(header: HeadersInit | undefined, token: string): HeadersInit {
  const authorization = `Bearer ${token}`;
  if (header === undefined) return { authorization };
  const all = new Headers(header);
  all.set("authorization", authorization);
  return all;
}

/** What is left of a time limit; zero and less mean none. */
function timeLeft(timeoutMs: number | undefined, passedMs: number): number | undefined {
  if (timeoutMs === undefined || timeoutMs <= 0) return timeoutMs;
  const leftMs = Math.ceil(timeoutMs - passedMs);
  if (leftMs <= 0) throw tooLate();
  return leftMs;
}

/** Two joined with a comma, as `Headers` does, would be one that nobody meant. */
function checkBrought(authorization: string): void {
  const bearer = /^bearer\s+(.*)$/i.exec(authorization);
  if (bearer) checkBearerToken(bearer[1], "the token in the call's own authorization header");
}

function tooLate(): ConnectError {
  return notSentError("the deadline passed before there was a token", Code.DeadlineExceeded, "timeout");
}
