import { type DescField, type DescMessage, isMessage, type Message } from "@bufbuild/protobuf";
import { fieldValue, hasPresence, textOf, zeroTextOf } from "./fields.js";
import { LONE_SURROGATE, OTHER_WIRES } from "./path.js";
import type { Binding } from "./rule.js";

/**
 * The query string of a request, with its `?`, or nothing: all fields that are
 * set but for those that are in the path or the body. Fails on what a query
 * cannot hold, and names it.
 *
 * Source: google/api/http.proto, "Use CamelCase/…", and grpc-gateway's
 * `runtime/query.go`: `a.b=1`, `repeated=1&repeated=2`, `map[key]=1`.
 */
export function queryOf({ body, notInQuery }: Binding, desc: DescMessage, message: Message): string {
  if (body === "*") return "";
  const pairs: string[] = [];
  const add = (name: string, text: string | undefined) => {
    if (text === undefined || LONE_SURROGATE.test(name + text))
      throw new Error(`${name} has no form in a query; ${OTHER_WIRES}`);
    pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(text)}`);
  };
  const addMessage = (desc: DescMessage, message: Message, prefix: string) => {
    for (const field of desc.fields) {
      const name = prefix + field.name;
      const value = notInQuery.has(name) ? undefined : fieldValue(message, field);
      if (value !== undefined) addField(field, value, name);
    }
  };
  const addField = (field: DescField, value: unknown, name: string) => {
    if (field.fieldKind === "list" && Array.isArray(value)) {
      for (const one of value) add(name, textOf(field, one));
    } else if (field.fieldKind === "map") {
      for (const [key, one] of Object.entries(Object(value)))
        add(mapEntryName(name, key), textOf(field, one));
    } else if (field.fieldKind === "message" && isMessage(value) && hasFields(field.message)) {
      const before = pairs.length;
      addMessage(field.message, value, `${name}.`);
      const isNamed = [...notInQuery].some((other) => other.startsWith(`${name}.`));
      if (pairs.length === before && !isNamed) addEmpty(field.message, name);
    } else add(name, textOf(field, value));
  };
  // A message without values is one all the same: a field of it that says zero shows that it is there.
  const addEmpty = (desc: DescMessage, name: string) => {
    const field = desc.fields.find((field) => !hasPresence(field) && !/list|map/.test(field.fieldKind));
    if (field === undefined) add(name, undefined);
    else add(`${name}.${field.name}`, zeroTextOf(field));
  };
  addMessage(desc, message, "");
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** Whether a message travels field by field; `google.protobuf`'s have a text of their own or no form. */
function hasFields({ typeName }: DescMessage): boolean {
  return !typeName.startsWith("google.protobuf.");
}

/** grpc-gateway drops an entry whose key has one of these, and says nothing. */
function mapEntryName(name: string, key: string): string {
  if (/[[\n]/.test(key)) {
    throw new Error(`the key ${JSON.stringify(key)} of ${name} has no form in a query; ${OTHER_WIRES}`);
  }
  return `${name}[${key}]`;
}
