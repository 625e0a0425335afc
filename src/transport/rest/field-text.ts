import { type DescField, type DescMessage, isMessage, toJson } from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { jsonText } from "./json-text.js";

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
