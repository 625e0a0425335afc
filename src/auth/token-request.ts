import { Code, type ConnectError } from "@connectrpc/connect";
import { explainError } from "../errors/explain.js";
import { notSentError } from "../errors/facts.js";
import { ORG_ID_HEADER } from "../zitadel/headers.js";
import { abortable } from "./abortable.js";
import type { AuthHttp, AuthHttpResponse, NetworkError } from "./auth.js";
import type { IssuedToken } from "./kept-token.js";
import { readTokenAnswer, type TokenAnswer } from "./token-answer.js";

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
  readonly callHeader: Headers;
  readonly timeoutMs: number;
  readonly http: AuthHttp;
  readonly networkError: NetworkError;
  readonly now: () => number;
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
  const { issuer, grant, now } = request;
  const sentAtMs = now();
  const answer = await exchange(request);
  const { token, lifetimeMs } = readTokenAnswer(answer, { issuer, grant, nowMs: now() });
  return { token, untilMs: sentAtMs + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 10) };
}

async function exchange({
  issuer,
  scope,
  grant,
  callHeader,
  timeoutMs,
  http,
  networkError,
}: TokenRequest): Promise<TokenAnswer> {
  // What a proxy in between asks for (a host, an access key) it asks for here too.
  const fields = new Headers(callHeader);
  for (const name of CALL_ONLY) fields.delete(name);
  fields.set("accept", "application/json");
  fields.set("content-type", "application/x-www-form-urlencoded");
  if (grant.authorization !== undefined) fields.set("authorization", grant.authorization);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  try {
    const response = http({
      method: "POST",
      url: `${issuer}/oauth/v2/token`,
      fields: Object.fromEntries(fields),
      body: new TextEncoder().encode(new URLSearchParams({ ...grant.parameters, scope }).toString()),
      signal: stop.signal,
    }).then(readAnswer);
    return await abortable(response, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) {
      throw notSentError(`${issuer} gave no token within ${timeoutMs} ms`, Code.Unavailable, "unreachable");
    }
    throw exchangeError(issuer, networkError(error, issuer));
  } finally {
    clearTimeout(timer);
  }
}

async function readAnswer(response: AuthHttpResponse): Promise<TokenAnswer> {
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
function exchangeError(issuer: string, error: ConnectError): ConnectError {
  // The client was closed.
  if (error.code === Code.Canceled) return error;
  if (error.code === Code.ResourceExhausted) {
    const message = `${issuer} answered a request for a token with more than ${MAX_ANSWER_BYTES} bytes`;
    return notSentError(message, Code.Unauthenticated, "unauthenticated");
  }
  const { code, rawMessage, cause } = error;
  return notSentError(`no token: ${rawMessage}`, code, explainError(error).reason, cause ?? error);
}
