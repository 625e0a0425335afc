import {
  create,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  type MessageShape,
} from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { saidBy } from "../../errors/from-causes.js";
import type { HttpResponse } from "../../http/client.js";
import { errorOf, isJson, isSuccess, statusError, unusableAnswer } from "./errors.js";
import type { Reading } from "./exchange.js";
import type { FieldPath } from "./fields.js";
import { decodeUtf8, isJsonObject } from "./json.js";
import type { Binding } from "./rule.js";

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
  const content = reading.codec.contentOf?.(desc, responseBody, bytes, contentType);
  if (content !== undefined) return content;
  const mayBeEmpty = response.status === 204 || httpMethod === "HEAD" || desc.fields.length === 0;
  if (bytes.byteLength === 0 && mayBeEmpty) return create(desc);
  const text = decodeUtf8(bytes);
  if (!isJson(contentType)) throw unusableAnswer(response, text, reading.fields);
  let json: JsonValue;
  try {
    json = reading.codec.parse(text, responseBody);
  } catch {
    throw unusableAnswer(response, text, reading.fields);
  }
  // Some servers and proxies say 200 whatever happens.
  const target = responseBody.length === 0 ? desc : responseBody.at(-1);
  if (isJsonObject(json) && target !== undefined && !mayBeMessage(json, target)) {
    throw statusError(json, response, reading) ?? unusableAnswer(response, text, reading.fields);
  }
  return messageOf(json, desc, responseBody, reading);
}

/**
 * Whether a JSON object may be a message, or a field's value: it has a field of
 * it or is empty, and it does not look like an error instead.
 */
function mayBeMessage(json: JsonObject, target: DescMessage | DescField): boolean {
  const desc =
    target.kind === "message" ? target : target.fieldKind === "message" ? target.message : undefined;
  // These have a JSON form of their own, and the values of others are no messages.
  if (desc === undefined || desc.typeName.startsWith("google.protobuf.")) return true;
  const names = new Set(desc.fields.flatMap(({ name, jsonName }) => [name, jsonName]));
  const looksWrong =
    (json.error !== undefined && !names.has("error")) || (json.code && json.message && !names.has("code"));
  const keys = Object.keys(json);
  return !looksWrong && (keys.length === 0 || keys.some((key) => names.has(key)));
}

/** A message from JSON that came; fails with Internal where the two do not fit. */
export function messageOf<Desc extends DescMessage>(
  json: JsonValue,
  desc: Desc,
  responseBody: FieldPath,
  { codec, registry }: Reading,
): MessageShape<Desc> {
  try {
    return codec.fromJson(desc, responseBody, json, registry);
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
