import { type DescMessage, fromBinary, type MessageShape, ScalarType, toBinary } from "@bufbuild/protobuf";

/**
 * Gives the `float` fields of a message, read from JSON, the precision that
 * they have: JSON says 0.1 for what every other wire reads as
 * 0.10000000149011612.
 */
export function withFloatPrecision<Desc extends DescMessage>(
  desc: Desc,
  message: MessageShape<Desc>,
): MessageShape<Desc> {
  return holdsFloat(desc) ? fromBinary(desc, toBinary(desc, message)) : message;
}

const known = new WeakMap<DescMessage, boolean>();

function holdsFloat(desc: DescMessage): boolean {
  let holds = known.get(desc);
  if (holds === undefined) {
    const reachable = new Set([desc]);
    // Grows while it is walked.
    for (const { fields } of reachable) for (const { message } of fields) if (message) reachable.add(message);
    holds = [...reachable].some(({ fields }) => fields.some(({ scalar }) => scalar === ScalarType.FLOAT));
    known.set(desc, holds);
  }
  return holds;
}
