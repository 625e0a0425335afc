import type { DescMessage, JsonObject, JsonValue, MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { HttpResponse } from "../http.js";
import { quoteText } from "../quote.js";
import { messageOf } from "./answer.js";
import { readContent } from "./content.js";
import type { Answer, Reading } from "./exchange.js";
import { answerError, errorOf, isJson, isSuccess, unusableAnswer } from "./failure.js";
import type { FieldPath } from "./field-path.js";
import { isHttpBody } from "./http-body.js";
import { isJsonObject } from "./json-object.js";
import { readLines } from "./lines.js";
import { statusError } from "./status-json.js";
import { decodeUtf8 } from "./utf8.js";

/**
 * Reads the messages of a stream as they come: a line of JSON each, `result`
 * with a message in it or `error` with what ended the stream.
 *
 * Source: grpc-gateway's `runtime/handler.go`, `ForwardResponseStream`.
 */
export async function* readMessages<Desc extends DescMessage>(
  answer: Answer,
  desc: Desc,
): AsyncGenerator<MessageShape<Desc>> {
  try {
    yield* readFrames(answer, desc);
  } catch (error) {
    throw answerError(error, answer.response, answer.reading);
  }
}

async function* readFrames<Desc extends DescMessage>(
  { response, binding: { responseBody }, reading }: Answer,
  desc: Desc,
): AsyncGenerator<MessageShape<Desc>> {
  if (!isSuccess(response)) throw await errorOf(response, reading);
  const contentType = response.field("content-type");
  if (isHttpBody(desc)) {
    yield* readContent(response.chunks(), desc, contentType, reading.maxBytes, (line) =>
      throwErrorOf(parseFrame(line, reading, []), response, reading),
    );
    return;
  }
  if (!isJson(contentType)) {
    const text = decodeUtf8(await response.bytes(reading.maxBytes));
    // A stream without messages has no content type either.
    if (text === "") return;
    throw unusableAnswer(response, text, reading.fields);
  }
  for await (const bytes of readLines(response.chunks(), reading.maxBytes)) {
    const line = decodeUtf8(bytes).trim();
    // What keeps a quiet connection open.
    if (line === "") continue;
    const frame = parseFrame(line, reading, responseBody);
    throwErrorOf(frame, response, reading);
    if (frame?.result === undefined) throw brokenFrame(line, reading);
    yield messageOf(frame.result, desc, responseBody, reading);
  }
}

function parseFrame(line: string, { engine }: Reading, responseBody: FieldPath): JsonObject | undefined {
  try {
    const frame: JsonValue = engine.parse(line, responseBody);
    return isJsonObject(frame) ? frame : undefined;
  } catch {
    return undefined;
  }
}

function throwErrorOf(frame: JsonObject | undefined, response: HttpResponse, reading: Reading): void {
  if (frame?.error === undefined) return;
  const error = statusError(frame.error, response, reading);
  if (error !== undefined) throw error;
}

function brokenFrame(line: string, { fields }: Reading): ConnectError {
  return new ConnectError(
    `a message of the stream is cut off, or no JSON with result or error: "${quoteText(line, fields)}"`,
    Code.Internal,
  );
}
