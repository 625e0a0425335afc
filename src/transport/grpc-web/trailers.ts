import { addField, type HttpFields } from "../fields.js";

const decoder = new TextDecoder();

/**
 * Reads the frame that holds the trailers: a block of HTTP/1 header fields, of
 * which what is none is left out. Source: gRPC-web, "Message framing".
 */
export function parseTrailers(data: Uint8Array): HttpFields {
  const fields: HttpFields = {};
  for (const line of decoder.decode(data).split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) addField(fields, line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return fields;
}

/** Fields as Connect hands them to callers; what cannot stand in `Headers` is left out. */
export function toHeaders(fields: HttpFields): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) {
    try {
      headers.append(name, value);
    } catch {
      // Not a name or a value that HTTP allows.
    }
  }
  return headers;
}
