import {
  create,
  type DescField,
  type DescMessage,
  isMessage,
  type JsonValue,
  type Message,
  type Registry,
  ScalarType,
  toJson,
} from "@bufbuild/protobuf";
import type { Body } from "./exchange.js";
import { type FieldPath, fieldValue, hasPresence, is64Bit, nameOf, valueAt } from "./fields.js";
import { contentOf, isHttpBody } from "./http-body.js";
import { encodeUtf8, isJsonObject, jsonText } from "./json.js";
import { OTHER_WIRES } from "./path.js";
import type { Binding } from "./rule.js";

/**
 * The body of a request by a rule; undefined where it has none. Fails on what
 * a body cannot hold, and names it.
 *
 * `body: "*"` is the message as JSON without the fields in the path, `{}` at
 * least. A field is its JSON, and nothing where it is not set. An `HttpBody`
 * is its content.
 */
export function bodyOf(
  binding: Binding,
  desc: DescMessage,
  message: Message,
  registry: Registry,
): Body | undefined {
  if (binding.body !== "*") return bodyOfField(binding.body, binding, message, registry);
  if (isHttpBody(desc)) return contentOf(message);
  return jsonTextBody(jsonText(desc, dropPathFields(toJson(desc, message, { registry }), binding)));
}

function bodyOfField(path: FieldPath, binding: Binding, message: Message, registry: Registry) {
  const field = path.at(-1);
  if (field === undefined) return undefined;
  const parent = valueAt(message, path.slice(0, -1));
  const value = isMessage(parent) ? fieldValue(parent, field) : undefined;
  if (!isMessage(parent) || (value === undefined && field.oneof !== undefined)) {
    // grpc-gateway sets it, and what leads to it, whether a body comes or not.
    throw new Error(`${nameOf(path)} is the body, and is not set; ${OTHER_WIRES}`);
  }
  if (value === undefined) return unsetBody(field);
  if (field.fieldKind === "message" && isHttpBody(field.message) && isMessage(value)) return contentOf(value);
  const json = fieldToJson(parent, field, registry);
  for (const piece of binding.pieces) {
    const isInside = typeof piece !== "string" && piece.name.startsWith(`${nameOf(path)}.`);
    if (isInside) drop(json, piece.path.slice(path.length - 1));
  }
  const text = jsonText(field.parent, valueIn(json, field));
  return jsonTextBody(field.message === undefined ? plainJson(field, text) : text);
}

/** What says that a field is not set: nothing, but that is zero to grpc-gateway where it could be told apart. */
function unsetBody(field: DescField): Body | undefined {
  const isNull = field.fieldKind === "scalar" && hasPresence(field);
  return isNull || field.message?.typeName === "google.protobuf.Value" ? jsonBody(null) : undefined;
}

/** An object with this field only: what stands beside it may have no JSON form. */
function fieldToJson(parent: Message, field: DescField, registry: Registry): JsonValue {
  const alone = create(field.parent);
  const key = field.oneof?.localName ?? field.localName;
  Reflect.set(alone, key, Reflect.get(parent, key));
  return toJson(field.parent, alone, { registry, enumAsInteger: field.message === undefined });
}

/**
 * JSON of a field that is no message, as grpc-gateway reads one: by Go's
 * `encoding/json`, which knows nothing of protobuf's strings for numbers.
 */
function plainJson(field: DescField, text: string): string {
  // All but the keys of a map.
  if (is64Bit(field.scalar)) return text.replace(/"(-?\d+)"(?!:)/g, "$1");
  switch (field.scalar) {
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      if (/"(NaN|-?Infinity)"(?!:)/.test(text))
        throw new Error(`${field.name} is the body, and JSON has no NaN; ${OTHER_WIRES}`);
      return text;
    default:
      return text;
  }
}

function valueIn(json: JsonValue, field: DescField): JsonValue | undefined {
  return isJsonObject(json) ? json[field.jsonName] : undefined;
}

/** Only what has no pair is escaped by `JSON.stringify`. */
const ESCAPED_SURROGATE = /(^|[^\\])(\\\\)*\\ud[89a-f]/;

/** A body of JSON. */
export function jsonBody(json: JsonValue): Body {
  return jsonTextBody(JSON.stringify(json));
}

/** A body of JSON that is text already. Fails on half a character, which JSON can hold and UTF-8 cannot. */
function jsonTextBody(text: string): Body {
  if (ESCAPED_SURROGATE.test(text)) throw new Error("a text holds half of a character");
  return { bytes: encodeUtf8(text), contentType: "application/json" };
}

/** Takes the fields that are in the path out of the JSON of a whole request, and gives it back. */
export function dropPathFields(json: JsonValue, { pieces }: Binding): JsonValue {
  for (const piece of pieces) if (typeof piece !== "string") drop(json, piece.path);
  return json;
}

/** Takes a field out of the JSON of a message. */
function drop(json: JsonValue | undefined, [field, ...rest]: FieldPath): void {
  if (field === undefined || !isJsonObject(json)) return;
  if (rest.length === 0) delete json[field.jsonName];
  else drop(json[field.jsonName], rest);
}
