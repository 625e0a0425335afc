import type { JsonValue } from "@bufbuild/protobuf";
import type { Body } from "./exchange.js";
import type { FieldPath } from "./field-path.js";
import { isJsonObject } from "./json-object.js";
import type { Binding } from "./rule.js";
import { encodeUtf8 } from "./utf8.js";

/** Only what has no pair is escaped by `JSON.stringify`. */
const LONE_SURROGATE = /(^|[^\\])(\\\\)*\\ud[89a-f]/;

/** A body of JSON. */
export function jsonBody(json: JsonValue): Body {
  return jsonTextBody(JSON.stringify(json));
}

/** A body of JSON that is text already. Fails on half a character, which JSON can hold and UTF-8 cannot. */
export function jsonTextBody(text: string): Body {
  if (LONE_SURROGATE.test(text)) throw new Error("a text holds half of a character");
  return { bytes: encodeUtf8(text), contentType: "application/json" };
}

/** Takes the fields that are in the path out of the JSON of a whole request, and gives it back. */
export function dropPathFields(json: JsonValue, { pieces }: Binding): JsonValue {
  for (const piece of pieces) if (typeof piece !== "string") drop(json, piece.path);
  return json;
}

/** Takes a field out of the JSON of a message. */
export function drop(json: JsonValue | undefined, [field, ...rest]: FieldPath): void {
  if (field === undefined || !isJsonObject(json)) return;
  if (rest.length === 0) delete json[field.jsonName];
  else drop(json[field.jsonName], rest);
}
