import { fromJson, type JsonObject, type JsonValue, type Registry } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../../errors/facts.js";
import { isJsonObject } from "./json-object.js";
import { codeFromJson } from "./status.js";

type Detail = ConnectError["details"][number];

/**
 * The error that a JSON value tells of: a `google.rpc.Status`, Connect's error,
 * or one of the two as `{"error": …}`. Undefined where it is none of them.
 *
 * Details come out as on every other wire, so that `findDetails` works: `type`,
 * the binary `value`, and `debug`, their JSON. Of a type that the registry does
 * not hold, `value` is the JSON's text in UTF-8: nothing is lost, and
 * `findDetails` passes over it.
 */
export function statusError(
  json: JsonValue | undefined,
  registry: Registry,
  metadata: HeadersInit,
  httpStatus: number,
): ConnectError | undefined {
  if (!isJsonObject(json)) return undefined;
  if (isJsonObject(json.error)) return statusError(json.error, registry, metadata, httpStatus);
  // Google's own servers put the HTTP status into `code`, and the name of the code beside it.
  const code = codeFromJson(json.status) ?? codeFromJson(json.code);
  if (code === undefined) return undefined;
  const message = typeof json.message === "string" ? json.message : "";
  const error = new ConnectError(message, code, metadata);
  if (Array.isArray(json.details)) {
    error.details = json.details.filter(isJsonObject).map((detail) => decodeDetail(detail, registry));
  }
  return noteFacts(error, { httpStatus, answered: true });
}

function decodeDetail(detail: JsonObject, registry: Registry): Detail {
  const { "@type": typeUrl, type, value, debug } = detail;
  try {
    if (typeof typeUrl === "string") {
      const any = fromJson(AnySchema, detail, { registry, ignoreUnknownFields: true });
      return { type: typeName(typeUrl), value: any.value, debug: detail };
    }
    if (typeof type === "string" && typeof value === "string") {
      return { type: typeName(type), value: base64Decode(value), ...(debug !== undefined && { debug }) };
    }
  } catch {
    // A type that nobody told us about, or not what it says it is.
  }
  return {
    type: typeName(String(typeUrl ?? type ?? "")),
    value: new TextEncoder().encode(JSON.stringify(detail)),
    debug: detail,
  };
}

function typeName(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
