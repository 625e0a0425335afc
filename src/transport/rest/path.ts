import type { Message } from "@bufbuild/protobuf";
import type { Codec } from "./exchange.js";
import { hasPresence, valueAt, zeroTextOf } from "./fields.js";
import type { Binding, PathVariable } from "./rule.js";
import { matchSegments } from "./template.js";

/** What to do about a value that REST cannot carry. */
export const OTHER_WIRES = "gRPC and gRPC-web can carry it";

/** Half of a character, which has no form in UTF-8. */
export const LONE_SURROGATE = /\p{Cs}/u;

/** Why a message does not fit a rule. */
export interface Misfit {
  readonly misfit: string;
}

/**
 * The path of a request by one rule, percent-encoded, or why there is none:
 * whatever the values are, the path stays in its template, and the server
 * reads the same values out of it.
 *
 * @param zeros whether 0, `false` and the first value of an enum count as set
 */
export function expandPath(
  binding: Binding,
  message: Message,
  codec: Codec,
  zeros: boolean,
): string | Misfit {
  let path = "";
  for (const piece of binding.pieces) {
    const text = typeof piece === "string" ? piece : expandVariable(piece, message, codec, zeros);
    if (typeof text !== "string") return text;
    path += text;
  }
  const rival = binding.pieces.length > 1 ? codec.rivalOf?.(binding, path) : undefined;
  return rival === undefined
    ? path
    : { misfit: `${path} would reach ${rival.httpMethod} ${rival.template.text} instead; ${OTHER_WIRES}` };
}

function expandVariable(
  variable: PathVariable,
  message: Message,
  codec: Codec,
  zeros: boolean,
): string | Misfit {
  const { name, pattern } = variable;
  const text = variableText(variable, message, codec, zeros);
  if (typeof text !== "string") return text;
  if (text === "") return { misfit: `${name} is empty` };
  const because = (why: string) => ({ misfit: `${name} ${quote(text)} ${why}; ${OTHER_WIRES}` });
  if (LONE_SURROGATE.test(text)) return because("holds half of a character");
  const isSingle = pattern.length === 1 && pattern[0] === "*";
  const segments = isSingle ? [text] : text.split("/");
  let encoded = "";
  for (const segment of segments) {
    if (segment === "") return because("has an empty segment");
    if (segment === "." || segment === "..") return because("has a segment that every URL parser takes away");
    if (segment.includes("/")) return because('holds a "/", which gateways take for the end of the segment');
    encoded += `${encoded && "/"}${encodeURIComponent(segment)}`;
  }
  return isSingle || matchSegments(pattern, segments)
    ? encoded
    : because(`does not match ${pattern.join("/")}`);
}

function variableText(
  { path, name }: PathVariable,
  message: Message,
  codec: Codec,
  zeros: boolean,
): string | Misfit {
  const notSet = { misfit: `${name} is not set` };
  const field = path.at(-1);
  const value = valueAt(message, path);
  if (field === undefined) return notSet;
  if (value === undefined) {
    const parent = valueAt(message, path.slice(0, -1));
    const isSingular = field.fieldKind === "scalar" || field.fieldKind === "enum";
    if (parent === undefined || hasPresence(field) || !isSingular) return notSet;
    const zero = zeroTextOf(field);
    return zeros || zero === "" ? zero : notSet;
  }
  // Repeated fields are not in google.api.http, but this is how grpc-gateway reads one.
  const values: unknown[] = field.fieldKind === "list" && Array.isArray(value) ? value : [value];
  const texts = values.map((one) => codec.textOf(field, one) ?? "");
  if (field.fieldKind === "list" && texts.some((text) => text.includes(","))) {
    return { misfit: `${name} has a value with a comma; ${OTHER_WIRES}` };
  }
  return texts.join(",");
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
