import { type DescMessage, fromBinary, type MessageShape, ScalarType, toBinary } from "@bufbuild/protobuf";
import { hasField } from "./has-field.js";

const hasFloat = hasField(({ scalar }) => scalar === ScalarType.FLOAT);

/**
 * Gives the `float` fields of a message, read from JSON, the precision that
 * they have: JSON says 0.1 for what every other wire reads as
 * 0.10000000149011612.
 */
export function withFloatPrecision<Desc extends DescMessage>(
  desc: Desc,
  message: MessageShape<Desc>,
): MessageShape<Desc> {
  return hasFloat(desc) ? fromBinary(desc, toBinary(desc, message)) : message;
}
