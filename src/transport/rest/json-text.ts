import { type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { hasField } from "./has-field.js";

/** Stands for -0 until the rest is text: half a character, which no text of a request may hold. */
const NEGATIVE_ZERO = "\ud800-0";

const mayHoldNegativeZero = hasField(
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
