import {
  type DescField,
  type DescMessage,
  isFieldSet,
  isMessage,
  type Message,
  ScalarType,
  toJson,
} from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { jsonText } from "./json.js";

/** The fields that lead to one, from the outermost message inwards. */
export type FieldPath = readonly DescField[];

/** Looks a path of proto names up (`a.b.c`); fails where a name is missing or leads nowhere. */
export function resolveFieldPath(message: DescMessage, text: string): FieldPath {
  const path: DescField[] = [];
  let at: DescMessage | undefined = message;
  for (const name of text.split(".")) {
    const field: DescField | undefined = at?.fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new Error(`${message.typeName} has no field ${text}`);
    path.push(field);
    at = field.fieldKind === "message" ? field.message : undefined;
  }
  return path;
}

/** Value of a field in the form that stubs hold it; undefined where it is not set. */
export function fieldValue(message: Message, field: DescField): unknown {
  if (!isFieldSet(message, field)) return undefined;
  if (field.oneof === undefined) return Reflect.get(message, field.localName);
  return Reflect.get(Reflect.get(message, field.oneof.localName), "value");
}

/** Value at a path; undefined where it or a message on the way is not set. */
export function valueAt(message: Message, path: FieldPath): unknown {
  let value: unknown = message;
  for (const field of path) value = isMessage(value) ? fieldValue(value, field) : undefined;
  return value;
}

/** FieldPresence.IMPLICIT of descriptor.proto. */
const IMPLICIT = 2;

/** Whether a field that says zero differs from one that is not set. */
export function hasPresence({ presence }: DescField): boolean {
  return presence !== IMPLICIT;
}

/** Proto names of a path, as templates and queries write them. */
export function nameOf(path: FieldPath): string {
  return path.map((field) => field.name).join(".");
}

/**
 * Text of one value in a path or a query: a field's, one of a repeated field,
 * or one of a map. Undefined where it has no form.
 *
 * Source: grpc-gateway's `runtime/query.go` and `convert.go`, which read the
 * protobuf JSON forms but for bytes (padded, here in the URL's alphabet) and
 * field masks (paths as they are, with commas).
 */
export function textOf(field: DescField, value: unknown): string | undefined {
  if (field.enum !== undefined) return field.enum.value[Number(value)]?.name ?? String(value);
  return field.message === undefined ? scalarText(value) : messageText(field.message, value);
}

function scalarText(value: unknown): string {
  if (value instanceof Uint8Array) return base64Encode(value).replaceAll("+", "-").replaceAll("/", "_");
  return Object.is(value, -0) ? "-0" : String(value);
}

function messageText(message: DescMessage, value: unknown): string | undefined {
  // Stubs hold a wrapper as what it wraps, and a Struct as JSON, in most places but not in all.
  if (isWrapperDesc(message)) return scalarText(isMessage(value) ? Reflect.get(value, "value") : value);
  switch (message.typeName) {
    case "google.protobuf.FieldMask":
      return maskText(isMessage(value) ? Reflect.get(value, "paths") : []);
    case "google.protobuf.Timestamp":
    case "google.protobuf.Duration":
      return isMessage(value) ? String(toJson(message, value)) : undefined;
    case "google.protobuf.Struct":
    case "google.protobuf.Value":
      return jsonText(message, isMessage(value) ? toJson(message, value) : value);
    default:
      return undefined;
  }
}

/** A mask without paths, or one with an empty path or a comma in a path, would come out as another. */
function maskText(paths: readonly string[]): string | undefined {
  return paths.some((path) => path.includes(",")) ? undefined : paths.join(",") || undefined;
}

/** Whether values of a type are too large for a JavaScript number. */
export function is64Bit(scalar: ScalarType | undefined): boolean {
  switch (scalar) {
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
    case ScalarType.SINT64:
      return true;
    default:
      return false;
  }
}

/** Text of a field without presence that is not set; empty where that is nothing. */
export function zeroTextOf(field: DescField): string {
  if (field.enum !== undefined) return field.enum.values[0]?.name ?? "0";
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return "";
    case ScalarType.BOOL:
      return "false";
    default:
      return "0";
  }
}
