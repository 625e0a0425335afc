import { Code, ConnectError } from "@connectrpc/connect";
import type { HttpFields } from "../call/fields.js";
import { type Facts, noteFacts } from "../errors/facts.js";
import type { HttpResponse } from "../http/client.js";

/**
 * The error of an answer that is not what was asked for: a proxy's page, a
 * login, another server's. It says what came, and quotes it.
 *
 * @param metadata the answer's header fields
 * @param quote what was read of the answer; may be empty
 * @param wanted what was asked for, where that is worth a word
 */
export function foreignAnswer(
  httpStatus: number,
  code: Code,
  metadata: Headers,
  quote: string,
  wanted?: string,
): ConnectError {
  const type = metadata.get("content-type")?.match(/^[\w.+-]+\/[\w.+-]+/)?.[0] ?? "no content type";
  const instead = wanted ? ` instead of ${wanted}` : "";
  const message = `the server answered HTTP ${httpStatus} with ${type}${instead}${quote && `: "${quote}"`}`;
  return noteFacts(new ConnectError(message, code, metadata), { httpStatus });
}

/** Names of fields that may hold a secret. */
const SECRET_FIELD = /auth|cookie|token|key|secret|session|pass|sig/;
/** Shorter values are words that a text may hold by chance. */
const MIN_SECRET = 8;
const MAX_READ = 4096;
const MAX_QUOTE = 200;
const MAX_TEXT = 2000;

/**
 * Makes the text of an error fit to be shown, whatever a peer wrote into it:
 * without what the request sent as a credential, and at most 2000 characters
 * long. Gives the error back.
 */
export function withoutSent(error: unknown, sent: Readonly<HttpFields>): unknown {
  if (error instanceof ConnectError && !Object.isFrozen(error)) {
    for (const name of ["rawMessage", "message"] as const) {
      Reflect.set(error, name, cut(maskSent(error[name], sent), MAX_TEXT));
    }
  }
  return error;
}

function maskSent(text: string, sent: Readonly<HttpFields>): string {
  let masked = text;
  for (const name in sent) {
    const value = SECRET_FIELD.test(name) ? sent[name] : undefined;
    for (const part of value?.split(/[\s;,="]+/) ?? []) {
      if (part.length >= MIN_SECRET) masked = masked.replaceAll(part, "…");
    }
  }
  return masked;
}

/** The start of a text, in whole characters. */
function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).replace(/[\ud800-\udbff]$/, "")}…` : text;
}

/**
 * The first words of an answer that nobody can use, for an error message: one
 * line of plain text, without markup, control characters and credentials. It is
 * empty where there is nothing to read. Ends the exchange.
 */
export async function quoteBody(response: HttpResponse, sent: Readonly<HttpFields>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of response.chunks()) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_READ) break;
    }
  } catch {
    // What came before it broke off is still worth showing.
  }
  return quoteText(text, sent);
}

/** The same of a text that has been read already. */
export function quoteText(text: string, sent: Readonly<HttpFields>): string {
  // What is cut off in the middle of a word may be a secret: the rest of the word goes too.
  const start = text.length > MAX_READ ? text.slice(0, MAX_READ).replace(/\S+$/, "") : text;
  const words = maskSent(start, sent)
    .replace(/<(script|style)\b[\s\S]*?(<\/\1>|$)|<!--[\s\S]*?(-->|$)|<[^>]*>?/gi, " ")
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, "$1 …")
    .replace(/[\s\p{C}]+/gu, " ")
    .trim();
  return cut(words, MAX_QUOTE);
}

/**
 * The error of a redirect, where an answer is one. None is followed: that would
 * hand the token to whoever the answer names. Browsers hide where it leads.
 */
export function redirectError(
  response: Pick<HttpResponse, "status" | "field" | "header">,
  url: string,
): ConnectError | undefined {
  const { status } = response;
  if (status !== 0 && (status < 300 || status > 399)) return undefined;
  const target = originOf(response.field("location"), url);
  const message = `the server redirects${target ? ` to ${target}` : ""}, which is not followed; set baseUrl to the address that answers`;
  const facts: Facts = status === 0 ? { reason: "not_supported" } : { httpStatus: status };
  return noteFacts(new ConnectError(message, Code.Unknown, response.header), facts);
}

function originOf(location: string | null, url: string): string | undefined {
  if (location === null) return undefined;
  try {
    return new URL(location, url).origin;
  } catch {
    return undefined;
  }
}
