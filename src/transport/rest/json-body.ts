import type { JsonValue } from "@bufbuild/protobuf";
import type { Body } from "./engine.js";
import type { FieldPath } from "./field-path.js";
import { isJsonObject } from "./json-object.js";
import type { Binding } from "./rule.js";

/** A body of JSON. */
export function jsonBody(json: JsonValue): Body {
  return jsonTextBody(JSON.stringify(json));
}

/** A body of JSON that is text already. */
export function jsonTextBody(text: string): Body {
  return { bytes: new TextEncoder().encode(text), contentType: "application/json" };
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
