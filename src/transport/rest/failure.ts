import type { JsonValue, Registry } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../../errors/facts.js";
import type { HttpFields, HttpResponse } from "../http.js";
import { networkError } from "../network-error.js";
import { quoteText } from "../quote.js";
import { redirectError } from "../redirect.js";
import type { Engine } from "./engine.js";
import { errorMetadata } from "./headers.js";
import { codeOfStatus } from "./status.js";
import { statusError } from "./status-json.js";

/** What is needed to read the answer to a request. */
export interface Reading {
  readonly url: string;
  /** The request's, to keep its credentials out of what an error quotes. */
  readonly fields: HttpFields;
  readonly engine: Engine;
  readonly registry: Registry;
  readonly maxBytes: number;
}

/**
 * Fails for an answer whose HTTP status is no success: with the error in its
 * body, where there is one, else with one made of the status.
 */
export async function requireSuccess(response: HttpResponse, reading: Reading): Promise<void> {
  const { status } = response;
  if (status >= 200 && status < 300) return;
  const redirect = redirectError(response, reading.url);
  if (redirect !== undefined) throw redirect;
  const text = new TextDecoder().decode(await response.bytes(reading.maxBytes));
  throw statusError(parse(text), response, reading) ?? foreignAnswer(response, text, reading.fields);
}

/** The error of an answer that is not what the rule promises; its code follows from the status. */
export function foreignAnswer(response: HttpResponse, text: string, fields: HttpFields): ConnectError {
  const { status } = response;
  const type = response.field("content-type")?.match(/^[\w.+-]+\/[\w.+-]+/)?.[0] ?? "no content type";
  const quote = quoteAnswer(text, fields);
  return noteFacts(
    new ConnectError(
      `the server answered HTTP ${status} with ${type}${quote && `: "${quote}"`}`,
      codeOfStatus(status),
      errorMetadata(response.header),
    ),
    { httpStatus: status },
  );
}

/** What went wrong while an answer was read, with the answer's status and header. */
export function answerError(error: unknown, response: HttpResponse, url: string): ConnectError {
  const failure = networkError(error, url);
  const { status } = response;
  if (status === 0) return failure;
  if (failure.metadata.keys().next().done) {
    for (const [name, value] of errorMetadata(response.header)) failure.metadata.append(name, value);
  }
  return noteFacts(failure, { httpStatus: status });
}

/** Whether a content type is JSON, in one piece or as lines. */
export function isJson(contentType: string | null): boolean {
  return /^[^;]*[/+](x-)?(nd)?json\b/i.test(contentType ?? "");
}

/** First words of an answer without the request's credentials: some servers send its header back. */
export function quoteAnswer(text: string, fields: HttpFields): string {
  let clean = text;
  for (const [name, value] of Object.entries(fields)) {
    if (!/auth|cookie|token|key|secret/.test(name)) continue;
    for (const part of value.split(/[\s;,=]+/)) if (part.length > 5) clean = clean.replaceAll(part, "…");
  }
  return quoteText(clean);
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
