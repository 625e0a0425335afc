/** Stands for -0 until the rest is text: half a character, which no text of a request may hold. */
const NEGATIVE_ZERO = "\ud800-0";

/** JSON as text. Unlike `JSON.stringify` it keeps the sign of -0, as the protobuf JSON mapping does. */
export function jsonText(json: unknown): string {
  const text = JSON.stringify(json, (_key, value: unknown) => {
    if (value === NEGATIVE_ZERO) throw new Error("a text holds half of a character");
    return Object.is(value, -0) ? NEGATIVE_ZERO : value;
  });
  return text.replaceAll(JSON.stringify(NEGATIVE_ZERO), "-0");
}
