import type { DescMessage, JsonObject, JsonValue, MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createContextValues } from "@connectrpc/connect";
import { runStreamingCall } from "@connectrpc/connect/protocol";
import { untilDeadline } from "../../call/deadline.js";
import { toFields } from "../../call/fields.js";
import { MAX_TIMER_MS, markSent } from "../../call/stop.js";
import type { HttpResponse } from "../../http/client.js";
import { quoteText } from "../unexpected-answer.js";
import { messageOf } from "./answer.js";
import { answerError, errorOf, isJson, isSuccess, statusError, unusableAnswer } from "./errors.js";
import type { Answer, Reading, RunServerStream } from "./exchange.js";
import type { FieldPath } from "./fields.js";
import { metadataOf } from "./headers.js";
import { isHttpBody, readContent, readLines } from "./http-body.js";
import { decodeUtf8, isJsonObject } from "./json.js";
import { unimplemented } from "./rule.js";

export const runServerStream: RunServerStream = (interceptors, call, exchange) => {
  const { method, requestMethod, url, fields, input, signal, timeoutMs, contextValues } = call;
  const common = { stream: true, service: method.parent, method } as const;
  return runStreamingCall({
    interceptors: [...(interceptors ?? [])],
    ...(signal && { signal }),
    ...(timeoutMs !== undefined && timeoutMs <= MAX_TIMER_MS && { timeoutMs }),
    req: {
      ...common,
      requestMethod,
      url,
      header: new Headers(fields),
      contextValues: contextValues ?? createContextValues(),
      message: input,
    },
    next: async (request) => {
      for await (const message of request.message) {
        const { header, signal } = request;
        // The signal goes with the request too, because it also ends the stream.
        const answer = await untilDeadline(signal, undefined, (stop) => {
          markSent(stop);
          return exchange(method, message, toFields(header), signal);
        });
        return {
          ...common,
          ...metadataOf(answer.response),
          message: readMessages(answer, method.output),
        };
      }
      throw unimplemented(method, "a request is one message there");
    },
  });
};

/**
 * Reads the messages of a stream as they come: a line of JSON each, `result`
 * with a message in it or `error` with what ended the stream.
 *
 * Source: grpc-gateway's `runtime/handler.go`, `ForwardResponseStream`.
 */
async function* readMessages<Desc extends DescMessage>(
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

function parseFrame(line: string, { codec }: Reading, responseBody: FieldPath): JsonObject | undefined {
  try {
    const frame: JsonValue = codec.parse(line, responseBody);
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
