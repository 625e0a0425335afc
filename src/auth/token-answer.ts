import { Code, ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../errors/facts.js";
import type { Reason } from "../errors/verdict.js";
import { meaningOf } from "../zitadel/error-ids.js";
import { checkBearerToken } from "./checks.js";

/** What a token endpoint answered. */
export interface TokenAnswer {
  readonly status: number;
  readonly text: string;
  readonly contentType: string | undefined;
  readonly location: string | undefined;
  readonly date: string | undefined;
  readonly retryAfter: string | undefined;
}

/** What the answer is read against. */
export interface TokenContext {
  readonly issuer: string;
  readonly grant: { readonly secrets: readonly string[]; readonly advice: string };
  readonly nowMs: number;
}

/** Difference of the clocks that is worth a word; less may be the network's. */
const CLOCK_DIFFERENCE_S = 5;

/** What servers in Go, nginx and Apache say to http:// where they expect https://. */
const SPEAKS_TLS = /\bHTTP request (was sent )?to (an )?HTTPS (server|port)|\bplain HTTP to an SSL-enabled/i;

/**
 * Reads the answer of a token endpoint (RFC 6749, section 5). An error repeats
 * nothing of the credential or the token, whatever the server wrote.
 *
 * @returns the token, and how long it is valid: `Infinity` where the server does not say
 */
export function readTokenAnswer(
  answer: TokenAnswer,
  context: TokenContext,
): { token: string; lifetimeMs: number } {
  const { status } = answer;
  const fields = parseObject(answer.text);
  if (status < 200 || status > 299 || fields.access_token === undefined) {
    throw tokenRefusal(answer, fields, context);
  }
  const { access_token, token_type = "Bearer", expires_in } = fields;
  if (typeof token_type !== "string" || token_type.toLowerCase() !== "bearer") {
    throw failure(`${context.issuer} gave a token that is not a bearer token`, answer);
  }
  const lifetimeS = typeof expires_in === "number" ? expires_in : Number.parseFloat(String(expires_in));
  return {
    token: checkBearerToken(access_token, `the access_token that ${context.issuer} gave`),
    lifetimeMs: Number.isNaN(lifetimeS) ? Number.POSITIVE_INFINITY : Math.max(0, lifetimeS * 1000),
  };
}

function tokenRefusal(
  answer: TokenAnswer,
  fields: Partial<Record<string, unknown>>,
  context: TokenContext,
): ConnectError {
  const { issuer, grant } = context;
  const { status } = answer;
  const quote = (text: unknown) => quotable(text, grant.secrets);
  if (status === 0 || (status >= 300 && status <= 399)) {
    const target = quote(redirectOrigin(answer.location)) ?? "another address";
    return failure(
      `the token endpoint of ${issuer} redirects to ${target}, which is not followed; set baseUrl, or issuer, to where ZITADEL itself answers`,
      answer,
      Code.Unauthenticated,
      "not_supported",
    );
  }
  if (status === 429) {
    return failure(
      `${issuer} limits requests for tokens (HTTP 429)`,
      answer,
      Code.Unavailable,
      "rate_limited",
    );
  }
  if (status >= 500) {
    return failure(
      `${issuer} failed to issue a token (HTTP ${status})`,
      answer,
      Code.Unavailable,
      // A proxy speaks where the server is away: worth another try, for nothing was sent.
      (status >= 502 && status <= 504) || status >= 520 ? "unreachable" : "server_error",
    );
  }
  const unknownInstance = answer.text
    .match(/\b[A-Z]+-\w{5}\b/g)
    ?.find((id) => meaningOf(id, Code.NotFound) === "instance_not_found");
  if (unknownInstance !== undefined) {
    return failure(
      `no ZITADEL instance answers to ${issuer} (${unknownInstance}); use the domain under which it was set up`,
      answer,
      Code.NotFound,
      "instance_not_found",
    );
  }
  if (typeof fields.error !== "string") {
    const type = quote(answer.contentType) ?? "no content type";
    const advice = SPEAKS_TLS.test(answer.text)
      ? "it speaks TLS: begin with https://"
      : "is it the origin of your ZITADEL?";
    return failure(
      `${issuer} answered a request for a token with HTTP ${status}, ${type}, and no token; ${advice}`,
      answer,
      Code.Unauthenticated,
      status === 401 || status === 403 ? "unauthenticated" : "not_supported",
    );
  }
  const words = [quote(fields.error), quote(fields.error_description)].filter((word) => word !== undefined);
  const hints = [
    grant.advice,
    ...(fields.error === "invalid_grant" ? clockHint(answer.date, context.nowMs) : []),
  ];
  return failure(
    `${issuer} refused the credential${words.length > 0 ? ` (${words.join(": ")})` : ""}; ${hints.join("; ")}`,
    answer,
  );
}

function clockHint(date: string | undefined, nowMs: number): string[] {
  const aheadS = Math.round((nowMs - Date.parse(date ?? "")) / 1000);
  if (!(Math.abs(aheadS) > CLOCK_DIFFERENCE_S)) return [];
  return [
    aheadS > 0
      ? `this machine's clock is ${aheadS} s ahead of the server's: set it, or raise clockSkewMs`
      : `this machine's clock is ${-aheadS} s behind the server's: set it, or raise clockSkewMs`,
  ];
}

/** A piece of what the server wrote, fit for an error message; undefined if it repeats a secret. */
function quotable(text: unknown, secrets: readonly string[]): string | undefined {
  if (typeof text !== "string" || secrets.some((secret) => text.includes(secret.trim()))) return undefined;
  const plain = text.replace(/\p{C}+/gu, " ").trim();
  return plain === "" ? undefined : plain.slice(0, 200);
}

function redirectOrigin(location: string | undefined): string | undefined {
  try {
    return new URL(location ?? "").origin;
  } catch {
    return undefined;
  }
}

/** A JSON object, or an empty one. What failed to parse is not quoted: it may hold a token. */
function parseObject(text: string): Partial<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function failure(
  message: string,
  { status, retryAfter }: TokenAnswer,
  code: Code = Code.Unauthenticated,
  reason: Reason = "unauthenticated",
): ConnectError {
  const metadata = retryAfter === undefined ? undefined : { "retry-after": retryAfter };
  return noteFacts(new ConnectError(message, code, metadata), {
    reason,
    delivery: "not_sent",
    httpStatus: status,
  });
}
