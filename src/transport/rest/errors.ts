import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { Code, ConnectError } from "@connectrpc/connect";
import type { HttpFields } from "../../call/fields.js";
import { noteFacts } from "../../errors/facts.js";
import type { HttpResponse } from "../../http/client.js";
import { networkError } from "../../http/network-error.js";
import { MAX_DETAILS } from "../grpc-status.js";
import { foreignAnswer, quoteText, redirectError, withoutSent } from "../unexpected-answer.js";
import type { Reading } from "./exchange.js";
import { errorMetadata } from "./headers.js";
import { decodeUtf8, encodeUtf8, isJsonObject } from "./json.js";

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
  const text = await errorText(response, reading.maxBytes);
  return statusError(parse(text), response, reading) ?? unusableAnswer(response, text, reading.fields);
}

/** What an error may take, in bytes. */
const MAX_ERROR_BYTES = 64 * 1024;

/** Text of an error; none of one that is too large, or in a coding that cannot be read: the status says enough. */
async function errorText(response: HttpResponse, maxBytes: number): Promise<string> {
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

type Detail = ConnectError["details"][number];

/**
 * The error that a JSON value tells of: a `google.rpc.Status`, Connect's error,
 * or one of the two as `{"error": …}`. Undefined where it is none of them.
 *
 * Details come out as on the other wires, so that `findDetails` finds them:
 * `type`, `value` in the binary format, and as `debug` their JSON. Of a type
 * that the registry does not hold, `value` is that JSON in UTF-8: nothing is
 * lost, and `findDetails` passes over it.
 */
export function statusError(
  json: JsonValue | undefined,
  response: HttpResponse,
  reading: Reading,
): ConnectError | undefined {
  if (!isJsonObject(json)) return undefined;
  if (isJsonObject(json.error)) return statusError(json.error, response, reading);
  // Google's own servers put the HTTP status into `code`, and the name of the code beside it.
  const code = codeFromJson(json.status) ?? codeFromJson(json.code) ?? unknownCode(json);
  if (code === undefined) return undefined;
  const message = typeof json.message === "string" ? json.message : "";
  const error = new ConnectError(message, code, errorMetadata(response));
  if (Array.isArray(json.details)) {
    error.details = json.details
      .filter(isJsonObject)
      .slice(0, MAX_DETAILS)
      .map((detail) => decodeDetail(detail, reading));
  }
  return noteFacts(error, { httpStatus: response.status, answered: true });
}

/** A number that gRPC has no code for is Unknown on every wire; from 100 on it is HTTP's. */
function unknownCode({ code, message }: JsonObject): Code | undefined {
  const isForeign = typeof code === "number" && code > Code.Unauthenticated && code < 100;
  return isForeign && typeof message === "string" ? Code.Unknown : undefined;
}

function decodeDetail(json: JsonObject, { codec, registry }: Reading): Detail {
  const { "@type": typeUrl, type: connectType, value, debug } = json;
  const type = [typeUrl, connectType].find((name) => typeof name === "string")?.replace(/^.*\//, "") ?? "";
  if (!isShallow(json, MAX_DEPTH)) return { type, value: new Uint8Array() };
  try {
    if (typeUrl === undefined && typeof value === "string") {
      return { type, value: base64Decode(value), ...(debug !== undefined && { debug }) };
    }
    const desc = registry.getMessage(type);
    if (desc !== undefined) {
      return { type, debug: json, value: codec.bytesOfAnyJson(desc, json, registry) };
    }
  } catch {
    // Not what it says it is.
  }
  return { type, debug: json, value: encodeUtf8(JSON.stringify(json)) };
}

/** How deep the JSON of a detail may be: whoever logs the error walks through it. */
const MAX_DEPTH = 64;

function isShallow(json: JsonValue, depth: number): boolean {
  if (typeof json !== "object" || json === null) return true;
  return depth > 0 && Object.values(json).every((value) => isShallow(value, depth - 1));
}

// By number, because the names would take more of a page.
const CODES: Readonly<Record<number, Code>> = {
  400: 3, // InvalidArgument
  401: 16, // Unauthenticated
  403: 7, // PermissionDenied
  404: 5, // NotFound
  405: 12, // Unimplemented
  408: 4, // DeadlineExceeded
  409: 10, // Aborted
  412: 9, // FailedPrecondition
  413: 8, // ResourceExhausted
  414: 8, // ResourceExhausted
  416: 11, // OutOfRange
  429: 8, // ResourceExhausted
  431: 8, // ResourceExhausted
  499: 1, // Canceled
  500: 13, // Internal
  501: 12, // Unimplemented
  502: 14, // Unavailable
  503: 14, // Unavailable
  504: 4, // DeadlineExceeded
};

/**
 * The code of an error whose body names none. Source: "HTTP Mapping" in
 * google/rpc/code.proto, the other way round; it has no 405, 408, 412 to 414,
 * 431 and 502.
 */
function codeOfStatus(httpStatus: number): Code {
  return CODES[httpStatus] ?? Code.Unknown;
}

/** A code as JSON has it: a number, or a name in any spelling (`NOT_FOUND`, `not_found`, `NotFound`). */
function codeFromJson(json: unknown): Code | undefined {
  if (typeof json !== "string" && typeof json !== "number") return undefined;
  const name = String(json)
    .replaceAll("_", "")
    .replace(/^cancelled$/i, "canceled")
    .toLowerCase();
  return ALL_CODES.find((code) => String(code) === name || Code[code]?.toLowerCase() === name);
}

const ALL_CODES = Object.values(Code).filter((code) => typeof code === "number");
