import type { DescField, DescMessage } from "@bufbuild/protobuf";

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
