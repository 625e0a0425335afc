import {
  create,
  type DescField,
  type DescMessage,
  isFieldSet,
  type JsonObject,
  type JsonValue,
  type Message,
  type MessageShape,
  protoInt64,
  ScalarType,
} from "@bufbuild/protobuf";
import { encodeStrings } from "../message-bytes.js";
import { dropPathFields, jsonBody } from "./body.js";
import type { Codec } from "./exchange.js";
import { is64Bit } from "./fields.js";
import { isJsonObject, parseJson } from "./json.js";

/** For unary methods with `body: "*"` and messages of the plainest kind; fails on others. */
export const plainCodec: Codec = {
  textOf: (_field, value) => (typeof value === "string" ? value : undefined),
  queryOf: () => "",
  bodyOf: (binding, desc, message) => jsonBody(dropPathFields(plainToJson(desc, message), binding)),
  parse: (text) => parseJson(text, false),
  fromJson: (desc, _responseBody, json) => plainFromJson(desc, json),
  bytesOfAnyJson: (desc, json) => encodeStrings(desc, plainFromJson(desc, json)),
};

/*
 * JSON of messages of the plainest kind: strings, in answers also messages of
 * the same, numbers of 64 bits and points in time. The library's
 * JSON is a third of a page that speaks REST, and the call of this package's
 * client needs no more than this. Both fail on a field of any other kind.
 */

/** JSON of a plain message, the same as the library's. */
export function plainToJson(desc: DescMessage, message: Message): JsonObject {
  const json: JsonObject = {};
  for (const field of desc.fields) {
    if (!isFieldSet(message, field)) continue;
    json[field.jsonName] = checkString(Reflect.get(message, field.localName), field);
  }
  return json;
}

/** A plain message from its JSON, the same as the library's; unknown fields are passed over. */
export function plainFromJson<Desc extends DescMessage>(desc: Desc, json: JsonValue): MessageShape<Desc> {
  if (!isJsonObject(json)) throw new Error(`${desc.typeName} is no JSON object`);
  const message = create(desc);
  for (const field of desc.fields) {
    const value = json[field.jsonName] ?? json[field.name] ?? null;
    if (value !== null) Reflect.set(message, field.localName, valueFromJson(field, value));
  }
  return message;
}

function valueFromJson(field: DescField, json: JsonValue): unknown {
  if (field.fieldKind === "message") {
    return isTimestamp(field.message) ? timestamp(field.message, json) : plainFromJson(field.message, json);
  }
  if (
    field.fieldKind === "scalar" &&
    is64Bit(field.scalar) &&
    (typeof json === "string" || typeof json === "number")
  ) {
    const isUnsigned = field.scalar === ScalarType.UINT64 || field.scalar === ScalarType.FIXED64;
    const value = isUnsigned ? protoInt64.uParse(json) : protoInt64.parse(json);
    return field.longAsString ? String(value) : value;
  }
  return checkString(json, field);
}

function checkString(value: unknown, { scalar, name }: DescField): string {
  if (scalar === ScalarType.STRING && typeof value === "string") return value;
  throw new Error(`${name} is a ${typeof value}`);
}

const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

function timestamp(desc: DescMessage, json: JsonValue): Message {
  const [, time = "", fraction = "", zone = ""] = RFC_3339.exec(String(json)) ?? [];
  const ms = Date.parse(time + zone);
  if (Number.isNaN(ms)) throw new Error(`${JSON.stringify(json)} is no point in time`);
  const seconds = protoInt64.parse(ms / 1000);
  return Object.assign(create(desc), { seconds, nanos: Number(fraction.padEnd(9, "0")) });
}

function isTimestamp({ typeName }: DescMessage): boolean {
  return typeName === "google.protobuf.Timestamp";
}
