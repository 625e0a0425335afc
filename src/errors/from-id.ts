import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { ConnectError } from "@connectrpc/connect";
import { fieldOf } from "./from-causes.js";

const ERROR_DETAIL = "zitadel.v1.ErrorDetail";
/** Announced successor of `zitadel.v1.ErrorDetail`: its `slug` has the number, and the role, of `id`. */
const SUCCESSOR = "zitadel.error.v2.ErrorDetail";

/** What an id looks like. A peer may write anything in its place, so that anything else is none. */
const ID = /^[A-Z]+-[A-Za-z0-9]{1,16}$/;

/**
 * The id that ZITADEL gave an error: from its detail, or from the end of the
 * message where something in between has lost the detail. Ids are not
 * translated, whatever the language of the text around them.
 */
export function errorIdOf({ details, rawMessage }: ConnectError): string | undefined {
  const id = details.map(idOfDetail).find((id) => ID.test(id));
  return id ?? ID_IN_TEXT.exec(rawMessage)?.[1];
}

/** ZITADEL puts it at the end in brackets, and in some texts in the middle. */
const ID_IN_TEXT = /(?:\(|\bID=)([A-Z]+-[A-Za-z0-9]{1,16})(?:\)$| Message=)/;

function idOfDetail(detail: ConnectError["details"][number]): string {
  const type = "desc" in detail ? detail.desc.typeName : detail.type;
  if (type !== SUCCESSOR && type !== ERROR_DETAIL) return "";
  if ("desc" in detail) return idIn(detail.value);
  // REST keeps the JSON of a type that it does not know in `debug`.
  return idIn(detail.debug) || idIn(decode(detail.value));
}

function idIn(fields: unknown): string {
  return fieldOf(fields, "slug") || fieldOf(fields, "id");
}

/** Field 1 of either type. By hand, because a page does without the type for it. */
function decode(bytes: Uint8Array): { id: string } | undefined {
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if (field === 1) return { id: reader.string() };
      reader.skip(wireType, field);
    }
  } catch {
    // Not what it says it is.
  }
  return undefined;
}
