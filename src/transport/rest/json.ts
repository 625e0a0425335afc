import {
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from "@bufbuild/protobuf";

/** Whether a JSON value is an object. */
export function isJsonObject(json: JsonValue | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** Stands for -0 until the rest is text: half a character, which no text of a request may hold. */
const NEGATIVE_ZERO = "\ud800-0";

const mayHoldNegativeZero = /* @__PURE__ */ hasField(
  ({ scalar, message }) =>
    scalar === ScalarType.FLOAT ||
    scalar === ScalarType.DOUBLE ||
    message?.typeName === "google.protobuf.Any",
);

/** JSON of a message, or of a part of it, as text. Unlike `JSON.stringify` it keeps the sign of -0, as gRPC does. */
export function jsonText(desc: DescMessage, json: unknown): string {
  if (!mayHoldNegativeZero(desc)) return JSON.stringify(json);
  const text = JSON.stringify(json, (_key, value: unknown) => {
    if (value === NEGATIVE_ZERO) throw new Error("a text holds half of a character");
    return Object.is(value, -0) ? NEGATIVE_ZERO : value;
  });
  return text.replaceAll(JSON.stringify(NEGATIVE_ZERO), "-0");
}

/** Makes a test of whether a message, or one inside of it, has a field of some kind; asked once for each type. */
export function hasField(isWanted: (field: DescField) => boolean): (desc: DescMessage) => boolean {
  const known = new WeakMap<DescMessage, boolean>();
  return (desc) => {
    let has = known.get(desc);
    if (has === undefined) {
      const reachable = new Set([desc]);
      // Grows while it is walked.
      for (const { fields } of reachable)
        for (const { message } of fields) if (message) reachable.add(message);
      has = [...reachable].some(({ fields }) => fields.some(isWanted));
      known.set(desc, has);
    }
    return has;
  };
}

// One of each for all calls: making them costs more than using them.
const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();

/** Bytes of a text. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Text of bytes, without a byte order mark. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/**
 * Parses the JSON of an answer, or of a frame of a stream. `JSON.parse` cannot
 * hold an integer beyond 2^53: it is made a string first, which is how the
 * protobuf JSON mapping has numbers of 64 bits.
 *
 * @param all64Bit whether each number is one of 64 bits
 */
export function parseJson(text: string, all64Bit: boolean): JsonValue {
  const quoted = (token: string) =>
    token.startsWith('"') || (!all64Bit && (!/^-?\d+$/.test(token) || Number.isSafeInteger(Number(token))))
      ? token
      : `"${token}"`;
  return JSON.parse(all64Bit || /\d{16}/.test(text) ? text.replace(STRING_OR_NUMBER, quoted) : text);
}

/** A string that does not end takes the rest of the text, so that nothing is looked at twice. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\[\s\S])*"?|-?\d[\d.eE+-]*/g;
