import {
  create,
  type DescField,
  type DescMessage,
  type JsonValue,
  type Message,
  mergeFromJson,
  ScalarType,
} from "@bufbuild/protobuf";
import { FieldMaskSchema } from "@bufbuild/protobuf/wkt";
import { types } from "./library.js";
import type { Route } from "./route.js";

/**
 * What a gateway makes of a request, by what grpc-gateway was seen to do:
 * path, then body, then query.
 */
export function readRequest(route: Route, values: readonly string[], query: string, body: string): Message {
  const { input } = route.method;
  const message = create(input);
  readBody(input, message, route.rule.body, body);
  for (const [at, name] of route.fields.entries())
    set(input, message, name.split("."), [values[at] ?? ""], true);
  if (route.rule.body !== "*") {
    const params = new URLSearchParams(query);
    for (const key of new Set(params.keys())) {
      const [, mapName, mapKey] = /^([^\n]*)\[([^\n]*)\]$/.exec(key) ?? [];
      const path = (mapName ?? key).split(".");
      if ([...route.fields, route.rule.body].some((name) => path.join(".") === name)) continue;
      set(input, message, path, [...(mapKey === undefined ? [] : [mapKey]), ...params.getAll(key)], false);
    }
  }
  return message;
}

/** Sets a field from its texts; of the fields that a path repeats, the values are parted by commas. */
function set(desc: DescMessage, message: Message, path: string[], texts: string[], inPath: boolean): void {
  const fields: DescField[] = [];
  let at: DescMessage | undefined = desc;
  for (const name of path) {
    const field: DescField | undefined = at?.fields.find((one) => one.name === name);
    // grpc-gateway ignores what it does not know.
    if (field === undefined) return;
    fields.push(field);
    at = field.fieldKind === "message" ? field.message : undefined;
  }
  const field = fields.at(-1);
  if (field === undefined) return;
  if (field.message?.typeName === "google.protobuf.FieldMask") {
    Reflect.set(message, field.localName, create(FieldMaskSchema, { paths: (texts[0] ?? "").split(",") }));
    return;
  }
  const json = fields.reduceRight<JsonValue>(
    (value, { jsonName }) => ({ [jsonName]: value }),
    jsonOf(field, inPath && field.fieldKind === "list" ? (texts[0] ?? "").split(",") : texts),
  );
  mergeFromJson(desc, message, json, { registry: types });
}

function jsonOf(field: DescField, texts: string[]): JsonValue {
  if (field.fieldKind === "list") return texts.map((text) => valueFrom(field, text));
  if (field.fieldKind === "map") {
    const [key = "", text = ""] = texts;
    return { [key]: valueFrom(field, text) };
  }
  if (texts.length !== 1) throw new Error(`too many values for ${field.name}`);
  return valueFrom(field, texts[0] ?? "");
}

function valueFrom({ name, scalar, message }: DescField, text: string): JsonValue {
  if (message === undefined) {
    if (text === "true" || text === "false") return scalar === ScalarType.BOOL ? text === "true" : text;
    if (scalar === ScalarType.BYTES && text.length % 4 !== 0) throw new Error(`${name} lacks padding`);
    return text;
  }
  switch (message.typeName) {
    case "google.protobuf.Timestamp":
    case "google.protobuf.Duration":
    case "google.protobuf.StringValue":
    case "google.protobuf.BytesValue":
    case "google.protobuf.Int64Value":
      return text;
    case "google.protobuf.Struct":
    case "google.protobuf.Value":
      return JSON.parse(text);
    default:
      throw new Error(`unsupported message type: ${message.typeName}`);
  }
}

function readBody(desc: DescMessage, message: Message, body: string, text: string): void {
  if (body === "") {
    if (text !== "") throw new Error("there is no body in this rule");
  } else if (body === "*") {
    mergeFromJson(desc, message, JSON.parse(text), { registry: types, ignoreUnknownFields: true });
  } else if (text !== "") {
    const path: DescField[] = [];
    let at: DescMessage | undefined = desc;
    for (const name of body.split(".")) {
      const field: DescField | undefined = at?.fields.find((one) => one.name === name);
      if (field === undefined) throw new Error(`no field ${name}`);
      path.push(field);
      at = field.message;
    }
    const json = path.reduceRight<JsonValue>(
      (value, { jsonName }) => ({ [jsonName]: value }),
      goJson(path, text),
    );
    mergeFromJson(desc, message, json, { registry: types });
  }
}

/** JSON as Go reads a field that is no message: without strings for numbers, and without names for enums. */
function goJson(path: readonly DescField[], text: string): JsonValue {
  const field = path.at(-1);
  if (field?.message !== undefined) return JSON.parse(text);
  const isText = field?.scalar === ScalarType.STRING || field?.scalar === ScalarType.BYTES;
  const hasString = [...text.matchAll(/"(?:[^"\\]|\\.)*"(:?)/g)].some(([, colon]) => colon === "");
  if (!isText && hasString) throw new Error(`${field?.name} is a string`);
  // Strings again, because JSON.parse could not hold them.
  const quoted = (token: string) => (token.startsWith('"') ? token : `"${token}"`);
  return JSON.parse(isText || field?.enum ? text : text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, quoted));
}
