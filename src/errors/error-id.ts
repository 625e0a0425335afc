import { fromBinary } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";

/** Announced successor of `zitadel.v1.ErrorDetail`: its `slug` has the number, and the role, of `id`. */
const SUCCESSOR = "zitadel.error.v2.ErrorDetail";

/**
 * The id that ZITADEL gave an error: from its detail, or from the end of the
 * message where something in between has lost the detail. Ids are not
 * translated, whatever the language of the text around them.
 */
export function errorIdOf(error: ConnectError): string | undefined {
  for (const detail of error.details) {
    const id = "desc" in detail ? undefined : idIn(detail);
    if (id) return id;
  }
  return (
    error.findDetails(ErrorDetailSchema)[0]?.id ||
    /(?:\(|\bID=)([A-Z]+-\w+)(?:\)$| Message=)/.exec(error.rawMessage)?.[1]
  );
}

function idIn({ type, value, debug }: { type: string; value: Uint8Array; debug?: unknown }) {
  if (type !== SUCCESSOR && type !== ErrorDetailSchema.typeName) return undefined;
  // REST keeps the JSON of a type that it does not know in `debug`.
  if (typeof debug === "object" && debug !== null) {
    if ("slug" in debug && typeof debug.slug === "string") return debug.slug;
    if ("id" in debug && typeof debug.id === "string") return debug.id;
  }
  try {
    return fromBinary(ErrorDetailSchema, value).id;
  } catch {
    return undefined;
  }
}
