import { create, type DescMessage, type JsonValue, type MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { saidBy } from "../../errors/causes.js";
import type { HttpResponse } from "../http.js";
import { errorOf, isJson, isSuccess, type Reading, unusableAnswer } from "./failure.js";
import type { FieldPath } from "./field-path.js";
import { isJsonObject } from "./json-object.js";
import type { Binding } from "./rule.js";
import { statusError } from "./status-json.js";
import { decodeUtf8 } from "./utf8.js";

/** Reads the message of an answer; fails with the error that it holds instead. */
export async function readMessage<Desc extends DescMessage>(
  response: HttpResponse,
  desc: Desc,
  { httpMethod, responseBody }: Binding,
  reading: Reading,
): Promise<MessageShape<Desc>> {
  if (!isSuccess(response)) throw await errorOf(response, reading);
  const bytes = await response.bytes(reading.maxBytes);
  const contentType = response.field("content-type");
  const content = reading.engine.contentOf?.(desc, responseBody, bytes, contentType);
  if (content !== undefined) return content;
  const mayBeEmpty = response.status === 204 || httpMethod === "HEAD" || desc.fields.length === 0;
  if (bytes.byteLength === 0 && mayBeEmpty) return create(desc);
  const text = decodeUtf8(bytes);
  if (!isJson(contentType)) throw unusableAnswer(response, text, reading.fields);
  let json: JsonValue;
  try {
    json = reading.engine.parse(text, responseBody);
  } catch {
    throw unusableAnswer(response, text, reading.fields);
  }
  // Some servers say 200 whatever happens.
  if (isJsonObject(json) && json.code && json.message && responseBody.length === 0 && !mayHoldCode(desc)) {
    const error = statusError(json, response, reading);
    if (error !== undefined) throw error;
  }
  return messageOf(json, desc, responseBody, reading);
}

/** Whether `code` may be the message's own: that of a field, or anything where JSON is free. */
function mayHoldCode({ typeName, fields }: DescMessage): boolean {
  return (
    typeName.startsWith("google.protobuf.") ||
    fields.some((it) => it.name === "code" || it.jsonName === "code")
  );
}

/** A message from JSON that came; fails with Internal where the two do not fit. */
export function messageOf<Desc extends DescMessage>(
  json: JsonValue,
  desc: Desc,
  responseBody: FieldPath,
  { engine, registry }: Reading,
): MessageShape<Desc> {
  try {
    return engine.fromJson(desc, responseBody, json, registry);
  } catch (error) {
    const why = saidBy(error);
    throw new ConnectError(
      `the answer does not fit the stubs: ${why}`,
      Code.Internal,
      undefined,
      undefined,
      error,
    );
  }
}
