import { Code } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";

/** Header fields of a request: names in lower case, repeated ones joined with `, `. */
export type HttpFields = Record<string, string>;

/**
 * Header fields in any form that Connect takes them, as {@link HttpFields} of
 * their own. White space around a value is left out, as `Headers` does (Fetch,
 * "normalize"): HTTP/2 forbids it, and peers drop such a field. A field whose
 * value is undefined or null is left out. Refuses what no runtime would send.
 */
export function toFields(init: HeadersInit | undefined): HttpFields {
  const fields: HttpFields = {};
  if (init === undefined) return fields;
  if (Symbol.iterator in init) for (const [name, value] of init) addChecked(fields, name, value);
  else for (const name of Object.keys(init)) addChecked(fields, name, init[name]);
  return fields;
}

function addChecked(fields: HttpFields, name: string, given: unknown): void {
  if (given === undefined || given === null) return;
  const value = String(given).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    // Not the value, which may be a token.
    const message = `the header field ${JSON.stringify(name)} has a character that HTTP forbids`;
    throw notSentError(message, Code.InvalidArgument, "invalid_request");
  }
  addField(fields, name, value);
}

/** Adds one more field, also to those of the same name. */
export function addField(fields: HttpFields, name: string, value: string): void {
  const key = name.toLowerCase();
  fields[key] = Object.hasOwn(fields, key) ? `${fields[key]}, ${value}` : value;
}
