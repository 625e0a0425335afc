import {
  type DescField,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  type MessageShape,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { hasCustomJsonRepresentation } from "@bufbuild/protobuf/wkt";
import { bodyOf } from "./body.js";
import type { Codec } from "./exchange.js";
import { type FieldPath, is64Bit, textOf } from "./fields.js";
import { httpBody, isHttpBody } from "./http-body.js";
import { hasField, parseJson } from "./json.js";
import { queryOf } from "./query.js";
import { rivalOf } from "./rule.js";
import { runServerStream } from "./server-stream.js";

/** For every rule and every message. */
export const generalCodec: Codec = {
  rivalOf,
  textOf,
  queryOf,
  bodyOf,
  contentOf(desc, responseBody, bytes, contentType) {
    if (isHttpBody(desc)) return httpBody(desc, bytes, contentType);
    const field = responseBody.at(-1);
    if (field?.fieldKind !== "message" || !isHttpBody(field.message)) return undefined;
    const content = inside(responseBody, { contentType, data: base64Encode(bytes) });
    return fromJson(desc, content);
  },
  parse: (text, responseBody) => parseJson(text, is64Bit(responseBody.at(-1)?.scalar)),
  fromJson(desc, responseBody, json, registry) {
    const whole = inside(responseBody, json);
    return withFloatPrecision(desc, fromJson(desc, whole, { ignoreUnknownFields: true, registry }));
  },
  bytesOfAnyJson(desc, { "@type": _, ...fields }, registry) {
    // Messages with a JSON form of their own stand under `value`.
    const json = hasCustomJsonRepresentation(desc) ? (fields.value ?? null) : fields;
    return toBinary(desc, fromJson(desc, json, { ignoreUnknownFields: true, registry }));
  },
  runServerStream,
};

/** The JSON of a message that has this value at a path. */
function inside(path: FieldPath, json: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>(
    (value, field) => ({ [field.jsonName]: plainValue(field, value) }),
    json,
  );
}

/** Where Go's JSON of a field that is no message differs: no bytes are `[]`, an enum without a name is `"7"`. */
function plainValue(field: DescField, json: JsonValue): JsonValue {
  if (field.fieldKind === "scalar" && field.scalar === ScalarType.BYTES && Array.isArray(json)) return null;
  if (field.enum === undefined) return json;
  const number = (name: JsonValue) =>
    typeof name === "string" && /^-?\d+$/.test(name) ? Number(name) : name;
  return Array.isArray(json) ? json.map(number) : number(json);
}

const hasFloat = hasField(({ scalar }) => scalar === ScalarType.FLOAT);

/**
 * Gives the `float` fields of a message, read from JSON, the precision that
 * they have: JSON says 0.1 for what every other wire reads as
 * 0.10000000149011612.
 */
function withFloatPrecision<Desc extends DescMessage>(
  desc: Desc,
  message: MessageShape<Desc>,
): MessageShape<Desc> {
  return hasFloat(desc) ? fromBinary(desc, toBinary(desc, message)) : message;
}
