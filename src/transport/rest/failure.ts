import type { JsonValue } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../../errors/facts.js";
import type { HttpFields } from "../fields.js";
import { foreignAnswer } from "../foreign-answer.js";
import type { HttpResponse } from "../http.js";
import { networkError } from "../network-error.js";
import { quoteText, withoutSent } from "../quote.js";
import { redirectError } from "../redirect.js";
import type { Reading } from "./exchange.js";
import { errorMetadata } from "./headers.js";
import { codeOfStatus } from "./status.js";
import { statusError } from "./status-json.js";
import { decodeUtf8 } from "./utf8.js";

/** Whether the HTTP status is a success. */
export function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/**
 * The error of an answer that is no success: the one in its body, where there
 * is one, else one made of its status.
 */
export async function errorOf(response: HttpResponse, reading: Reading): Promise<ConnectError> {
  const redirect = redirectError(response, reading.url);
  if (redirect !== undefined) {
    response.discard();
    return redirect;
  }
  const text = await textOf(response, reading.maxBytes);
  return statusError(parse(text), response, reading) ?? unusableAnswer(response, text, reading.fields);
}

/** What an error may take, in bytes. */
const MAX_ERROR_BYTES = 64 * 1024;

/** Text of an error; none of one that is too large, or in a coding that cannot be read: the status says enough. */
async function textOf(response: HttpResponse, maxBytes: number): Promise<string> {
  try {
    return decodeUtf8(await response.bytes(Math.min(maxBytes, MAX_ERROR_BYTES)));
  } catch (error) {
    const isUnreadable =
      error instanceof ConnectError &&
      (error.code === Code.ResourceExhausted || error.code === Code.Internal);
    if (isUnreadable) return "";
    throw error;
  }
}

/** The error of an answer that is not what the rule promises; its code follows from the status. */
export function unusableAnswer(response: HttpResponse, text: string, fields: HttpFields): ConnectError {
  const { status } = response;
  return foreignAnswer(status, codeOfStatus(status), errorMetadata(response), quoteText(text, fields));
}

/** What went wrong while an answer was read, with the answer's status and header. */
export function answerError(error: unknown, response: HttpResponse, { url, fields }: Reading): ConnectError {
  const failure = networkError(error, url);
  withoutSent(failure, fields);
  const { status } = response;
  if (status === 0) return failure;
  if (failure.metadata.keys().next().done) {
    for (const [name, value] of errorMetadata(response)) failure.metadata.append(name, value);
  }
  return noteFacts(failure, { httpStatus: status });
}

/** Whether a content type is JSON, in one piece or as lines. */
export function isJson(contentType: string | null): boolean {
  return /^[^;]*[/+](x-)?(nd)?json\b/i.test(contentType ?? "");
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
