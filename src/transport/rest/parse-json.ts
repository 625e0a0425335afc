import type { JsonValue } from "@bufbuild/protobuf";

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
