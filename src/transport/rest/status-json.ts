import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { Code, ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../../errors/facts.js";
import { MAX_DETAILS } from "../grpc-status.js";
import type { HttpResponse } from "../http.js";
import type { Reading } from "./exchange.js";
import { errorMetadata } from "./headers.js";
import { isJsonObject } from "./json-object.js";
import { codeFromJson } from "./status.js";
import { encodeUtf8 } from "./utf8.js";

type Detail = ConnectError["details"][number];

/**
 * The error that a JSON value tells of: a `google.rpc.Status`, Connect's error,
 * or one of the two as `{"error": …}`. Undefined where it is none of them.
 *
 * Details come out as on the other wires, so that `findDetails` finds them:
 * `type`, `value` in the binary format, and as `debug` their JSON. Of a type
 * that the registry does not hold, `value` is that JSON in UTF-8: nothing is
 * lost, and `findDetails` passes over it.
 */
export function statusError(
  json: JsonValue | undefined,
  response: HttpResponse,
  reading: Reading,
): ConnectError | undefined {
  if (!isJsonObject(json)) return undefined;
  if (isJsonObject(json.error)) return statusError(json.error, response, reading);
  // Google's own servers put the HTTP status into `code`, and the name of the code beside it.
  const code = codeFromJson(json.status) ?? codeFromJson(json.code) ?? unknownCode(json);
  if (code === undefined) return undefined;
  const message = typeof json.message === "string" ? json.message : "";
  const error = new ConnectError(message, code, errorMetadata(response));
  if (Array.isArray(json.details)) {
    error.details = json.details
      .filter(isJsonObject)
      .slice(0, MAX_DETAILS)
      .map((detail) => decodeDetail(detail, reading));
  }
  return noteFacts(error, { httpStatus: response.status, answered: true });
}

/** A number that gRPC has no code for is Unknown on every wire; from 100 on it is HTTP's. */
function unknownCode({ code, message }: JsonObject): Code | undefined {
  const isForeign = typeof code === "number" && code > Code.Unauthenticated && code < 100;
  return isForeign && typeof message === "string" ? Code.Unknown : undefined;
}

function decodeDetail(json: JsonObject, { engine, registry }: Reading): Detail {
  const { "@type": typeUrl, type: connectType, value, debug } = json;
  const type = [typeUrl, connectType].find((name) => typeof name === "string")?.replace(/^.*\//, "") ?? "";
  if (!isShallow(json, MAX_DEPTH)) return { type, value: new Uint8Array() };
  try {
    if (typeUrl === undefined && typeof value === "string") {
      return { type, value: base64Decode(value), ...(debug !== undefined && { debug }) };
    }
    const desc = registry.getMessage(type);
    if (desc !== undefined) {
      return { type, debug: json, value: engine.bytesOfAnyJson(desc, json, registry) };
    }
  } catch {
    // Not what it says it is.
  }
  return { type, debug: json, value: encodeUtf8(JSON.stringify(json)) };
}

/** How deep the JSON of a detail may be: whoever logs the error walks through it. */
const MAX_DEPTH = 64;

function isShallow(json: JsonValue, depth: number): boolean {
  if (typeof json !== "object" || json === null) return true;
  return depth > 0 && Object.values(json).every((value) => isShallow(value, depth - 1));
}
