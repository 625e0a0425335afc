import {
  create,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonValue,
  type MessageShape,
  type Registry,
  ScalarType,
} from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { Code, ConnectError } from "@connectrpc/connect";
import type { HttpResponse } from "../http.js";
import { foreignAnswer, isJson, type Reading, requireSuccess } from "./failure.js";
import type { FieldPath } from "./field-path.js";
import { withFloatPrecision } from "./float.js";
import { httpBody, isHttpBody } from "./http-body.js";
import type { Binding } from "./rule.js";
import { is64Bit } from "./scalar.js";

/** Reads the message of an answer; fails with the error that it holds instead. */
export async function readMessage<Desc extends DescMessage>(
  response: HttpResponse,
  desc: Desc,
  { httpMethod, responseBody }: Binding,
  reading: Reading,
): Promise<MessageShape<Desc>> {
  await requireSuccess(response, reading);
  const bytes = await response.bytes(reading.maxBytes);
  const contentType = response.field("content-type");
  const field = responseBody.at(-1);
  if (isHttpBody(desc)) return httpBody(desc, bytes, contentType);
  if (field?.fieldKind === "message" && isHttpBody(field.message)) {
    const content = { contentType, data: base64Encode(bytes) };
    return messageOfJson(desc, responseBody, content, reading.registry);
  }
  const mayBeEmpty = response.status === 204 || httpMethod === "HEAD" || desc.fields.length === 0;
  if (bytes.byteLength === 0 && mayBeEmpty) return create(desc);
  const text = new TextDecoder().decode(bytes);
  if (!isJson(contentType)) throw foreignAnswer(response, text, reading.fields);
  let json: JsonValue;
  try {
    json = parseJson(text, responseBody);
  } catch {
    throw foreignAnswer(response, text, reading.fields);
  }
  return messageOfJson(desc, responseBody, json, reading.registry);
}

/**
 * Parses an answer, or one frame of a stream. Numbers of 64 bits stand bare
 * where they are the body, and `JSON.parse` cannot hold them: they are made
 * strings first, which is how the protobuf JSON mapping has them.
 */
export function parseJson(text: string, responseBody: FieldPath): JsonValue {
  const field = responseBody.at(-1);
  const quoted = (token: string) => (token.startsWith('"') ? token : `"${token}"`);
  return JSON.parse(is64Bit(field?.scalar) ? text.replace(STRING_OR_NUMBER, quoted) : text);
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * A response from its JSON, or from that of the field that the rule names as
 * the body. Fields that the stubs do not know are passed over.
 */
export function messageOfJson<Desc extends DescMessage>(
  desc: Desc,
  responseBody: FieldPath,
  json: JsonValue,
  registry: Registry,
): MessageShape<Desc> {
  const whole = responseBody.reduceRight<JsonValue>(
    (value, field) => ({ [field.jsonName]: plainValue(field, value) }),
    json,
  );
  try {
    return withFloatPrecision(desc, fromJson(desc, whole, { ignoreUnknownFields: true, registry }));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConnectError(
      `the answer does not fit the stubs: ${why}`,
      Code.Internal,
      undefined,
      undefined,
      error,
    );
  }
}

/** Where Go's JSON of a field that is no message differs: no bytes are `[]`, an enum without a name is `"7"`. */
function plainValue(field: DescField, json: JsonValue): JsonValue {
  if (field.fieldKind === "scalar" && field.scalar === ScalarType.BYTES && Array.isArray(json)) return null;
  if (field.enum === undefined) return json;
  const number = (name: JsonValue) =>
    typeof name === "string" && /^-?\d+$/.test(name) ? Number(name) : name;
  return Array.isArray(json) ? json.map(number) : number(json);
}
