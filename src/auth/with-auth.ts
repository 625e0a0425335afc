import { Code } from "@connectrpc/connect";
import { hasSent, markUnsent } from "../call/stop.js";
import type { Unary } from "../call/unary.js";
import { abortable } from "../call/wait.js";
import type { Auth, AuthHost } from "../credential.js";
import { explainError } from "../errors/explain.js";
import { checkBearerToken, cleartextError, isCleartext } from "./checks.js";

/** What the layer needs to know of the client that it belongs to. */
export interface AuthSettings {
  readonly auth?: Auth | undefined;
  /** Where the calls go; missing where only a transport is known, whose TLS is then its own business. */
  readonly baseUrl?: URL | undefined;
  readonly allowInsecure?: boolean | undefined;
  /** Reaches the token endpoint. */
  readonly http: AuthHost["http"];
  readonly networkError: AuthHost["networkError"];
  /** The time, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
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
  const { auth, baseUrl, allowInsecure = false, http, networkError, now = Date.now } = settings;
  const cleartextUrl = baseUrl !== undefined && !allowInsecure && isCleartext(baseUrl) ? baseUrl : undefined;
  if (auth !== undefined && cleartextUrl !== undefined) throw cleartextError(cleartextUrl);
  const credential = auth?.({ issuer: baseUrl?.origin, allowInsecure, http, networkError, now });

  return (method, signal, timeoutMs, header, input, contextValues) => {
    const callHeader = header === undefined ? NO_HEADER : new Headers(header);
    const brought = callHeader.get("authorization");
    const send = (token?: string) =>
      next(method, signal, timeoutMs, withToken(header, token), input, contextValues);
    if (brought !== null) {
      if (cleartextUrl !== undefined) throw cleartextError(cleartextUrl);
      checkBrought(brought);
    }
    if (brought !== null || credential === undefined) return send();

    const wasSent = hasSent(signal);
    const sendOrRenew = (token: string) =>
      send(token).catch(async (error) => {
        const { code, delivery } = explainError(error);
        // What code around a foreign transport throws behind a call that went well may have this code too.
        if (code !== Code.Unauthenticated || delivery === "maybe_sent") throw error;
        if (!wasSent) markUnsent(signal);
        const other = credential(callHeader, token);
        const renewed = typeof other === "string" ? other : await abortable(other, signal);
        if (renewed === token) throw error;
        return send(renewed);
      });
    const given = credential(callHeader);
    if (typeof given === "string") return sendOrRenew(given);
    return abortable(given, signal).then(sendOrRenew);
  };
}

/** Never changed. Most calls bring no header, and a `Headers` costs more than all else in this layer. */
const NO_HEADER = new Headers();

function withToken(header: HeadersInit | undefined, token: string | undefined): HeadersInit | undefined {
  if (token === undefined) return header;
  const authorization = `Bearer ${token}`;
  if (header === undefined) return { authorization };
  const all = new Headers(header);
  all.set("authorization", authorization);
  return all;
}

/** Two joined with a comma, as `Headers` does, would be one that nobody meant. */
function checkBrought(authorization: string): void {
  const bearer = /^bearer\s+(.*)$/i.exec(authorization);
  if (bearer) checkBearerToken(bearer[1], "the token in the authorization header");
}
