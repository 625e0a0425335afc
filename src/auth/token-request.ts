import { Code, ConnectError } from "@connectrpc/connect";
import { abortable } from "../call/wait.js";
import type { AuthHost, AuthHttpResponse } from "../credential.js";
import { factsOf, notSentError } from "../errors/facts.js";
import { verdictOfCauses } from "../errors/from-causes.js";
import { ORG_ID_HEADER } from "../zitadel/headers.js";
import { readTokenAnswer, type TokenAnswer } from "./token-answer.js";

/** A token and until when it is used, in milliseconds since 1970. */
export interface IssuedToken {
  readonly token: string;
  readonly untilMs: number;
}

/** What is handed in for a token. */
export interface Grant {
  readonly parameters: Readonly<Record<string, string>>;
  /** Value of the `authorization` field, for clients that authenticate. */
  readonly authorization?: string;
  /** Texts that no error may repeat, whatever the server answers. */
  readonly secrets: readonly string[];
  /** What the user can check if it is refused. */
  readonly advice: string;
}

/** One request to a token endpoint. */
export interface TokenRequest {
  readonly issuer: string;
  readonly scope: string;
  readonly grant: Grant;
  /** Header fields of the call, for what a proxy in between asks for; undefined where they are not the issuer's. */
  readonly callHeader: Headers | undefined;
  readonly timeoutMs: number;
  readonly host: AuthHost;
}

const MAX_ANSWER_BYTES = 64 * 1024;

/** A token is no longer used this long before it expires, or a tenth of its lifetime if that is less. */
const MARGIN_MS = 60_000;

/** Fields of a call that say something else, or nothing, in a request for a token. */
const CALL_ONLY = [
  "authorization",
  "content-type",
  "content-length",
  "accept",
  // Not on the CORS list of the token endpoint, and without meaning to it.
  ORG_ID_HEADER,
];

/** Asks for a token. Fails with an error that explains why there is none. */
export async function requestToken(request: TokenRequest): Promise<IssuedToken> {
  const { issuer, grant } = request;
  const { now } = request.host;
  const sentAtMs = now();
  const answer = await askEndpoint(request);
  const { token, lifetimeMs } = readTokenAnswer(answer, { issuer, grant, nowMs: now() });
  return { token, untilMs: sentAtMs + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 10) };
}

async function askEndpoint({
  issuer,
  scope,
  grant,
  callHeader,
  timeoutMs,
  host,
}: TokenRequest): Promise<TokenAnswer> {
  const url = `${issuer}/oauth/v2/token`;
  // What a proxy in between asks for (a host, an access key) it asks for here too.
  const fields = new Headers(callHeader);
  for (const name of CALL_ONLY) fields.delete(name);
  fields.set("accept", "application/json");
  fields.set("content-type", "application/x-www-form-urlencoded");
  if (grant.authorization !== undefined) fields.set("authorization", grant.authorization);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  try {
    const response = host
      .http({
        method: "POST",
        url,
        fields: Object.fromEntries(fields),
        body: new TextEncoder().encode(new URLSearchParams({ ...grant.parameters, scope }).toString()),
        signal: stop.signal,
      })
      .then(readTokenResponse);
    return await abortable(response, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) {
      throw notSentError(`${issuer} gave no token within ${timeoutMs} ms`, Code.Unavailable, "unreachable");
    }
    throw exchangeError(error, url, host);
  } finally {
    clearTimeout(timer);
  }
}

async function readTokenResponse(response: AuthHttpResponse): Promise<TokenAnswer> {
  const field = (name: string) => response.field(name) ?? undefined;
  const bytes = await response.bytes(MAX_ANSWER_BYTES);
  return {
    status: response.status,
    text: new TextDecoder().decode(bytes),
    contentType: field("content-type"),
    location: field("location"),
    date: field("date"),
    retryAfter: field("retry-after"),
  };
}

/** There was no answer, or not a whole one: nothing that says the credential is wrong. */
function exchangeError(error: unknown, url: string, { networkError }: AuthHost): ConnectError {
  if (error instanceof ConnectError) {
    // The client was closed.
    if (error.code === Code.Canceled) return notSentError(error.rawMessage, error.code, "canceled");
    if (error.code === Code.ResourceExhausted) {
      const message = `${url} answered with more than ${MAX_ANSWER_BYTES} bytes`;
      return notSentError(message, Code.Unauthenticated, "not_supported");
    }
  }
  const explained = networkError(error, url);
  const { reason = verdictOfCauses(error)?.reason } = factsOf(explained);
  const message = `no token: ${explained.rawMessage}`;
  const cause = explained.cause ?? error;
  // Whatever broke off or took too long: it is a request that may be repeated.
  return reason === "not_supported" || reason === "invalid_request"
    ? notSentError(message, explained.code, reason, cause)
    : notSentError(message, Code.Unavailable, "unreachable", cause);
}
