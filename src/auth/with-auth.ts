import { Code, ConnectError, type Transport } from "@connectrpc/connect";
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
export function withAuth(next: Transport["unary"], settings: AuthSettings): Transport["unary"] {
  const { auth, baseUrl, allowInsecure = false, http } = settings;
  const { now = Date.now, steadyNow = () => performance.now() } = settings;
  const cleartextUrl = baseUrl !== undefined && !allowInsecure && isCleartext(baseUrl) ? baseUrl : undefined;
  if (auth !== undefined && cleartextUrl !== undefined) throw cleartextError(cleartextUrl);
  const credential = auth?.({ issuer: baseUrl?.origin, allowInsecure, http, now });

  return async (method, signal, timeoutMs, header, input, contextValues) => {
    const callHeader = new Headers(header);
    const brought = callHeader.get("authorization");
    if (brought !== null) {
      if (cleartextUrl !== undefined) throw cleartextError(cleartextUrl);
      checkBrought(brought);
    }
    if (brought !== null || credential === undefined) {
      return next(method, signal, timeoutMs, header, input, contextValues);
    }

    const startedAtMs = steadyNow();
    const ask = (refused?: string) => {
      const token = credential(callHeader, refused);
      return typeof token === "string" ? token : abortable(token, signal);
    };
    const send = async (token: string) => {
      let leftMs = timeoutMs;
      if (timeoutMs !== undefined && timeoutMs > 0) {
        leftMs = Math.ceil(timeoutMs - (steadyNow() - startedAtMs));
        if (leftMs <= 0) throw tooLate();
      }
      callHeader.set("authorization", `Bearer ${token}`);
      return next(method, signal, leftMs, callHeader, input, contextValues);
    };
    const token = await ask();
    try {
      return await send(token);
    } catch (error) {
      if (!(error instanceof ConnectError) || error.code !== Code.Unauthenticated) throw error;
      const renewed = await ask(token);
      if (renewed === token) throw error;
      return await send(renewed);
    }
  };
}

/** Two joined with a comma, as `Headers` does, would be one that nobody meant. */
function checkBrought(authorization: string): void {
  const bearer = /^bearer\s+(.*)$/i.exec(authorization);
  if (bearer) checkBearerToken(bearer[1], "the token in the call's own authorization header");
}

function tooLate(): ConnectError {
  return notSentError("the deadline passed before there was a token", Code.DeadlineExceeded, "timeout");
}
