import { type DescField, type DescMessage, isFieldSet, isMessage, type Message } from "@bufbuild/protobuf";

/** The fields that lead to one, from the outermost message inwards. */
export type FieldPath = readonly DescField[];

/** Looks a path of proto names up (`a.b.c`); fails where a name is missing or leads nowhere. */
export function resolveFieldPath(message: DescMessage, text: string): FieldPath {
  const path: DescField[] = [];
  let at: DescMessage | undefined = message;
  for (const name of text.split(".")) {
    const field: DescField | undefined = at?.fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new Error(`${message.typeName} has no field ${text}`);
    path.push(field);
    at = field.fieldKind === "message" ? field.message : undefined;
  }
  return path;
}

/** Value of a field in the form that stubs hold it; undefined where it is not set. */
export function fieldValue(message: Message, field: DescField): unknown {
  if (!isFieldSet(message, field)) return undefined;
  if (field.oneof === undefined) return Reflect.get(message, field.localName);
  return Reflect.get(Reflect.get(message, field.oneof.localName), "value");
}

/** Value at a path; undefined where it or a message on the way is not set. */
export function valueAt(message: Message, path: FieldPath): unknown {
  let value: unknown = message;
  for (const field of path) value = isMessage(value) ? fieldValue(value, field) : undefined;
  return value;
}

/** FieldPresence.IMPLICIT of descriptor.proto. */
const IMPLICIT = 2;

/** Whether a field that says zero differs from one that is not set. */
export function hasPresence({ presence }: DescField): boolean {
  return presence !== IMPLICIT;
}

/** Proto names of a path, as templates and queries write them. */
export function nameOf(path: FieldPath): string {
  return path.map((field) => field.name).join(".");
}
