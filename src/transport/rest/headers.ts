import { type HttpFields, toFields } from "../../call/fields.js";
import type { HttpResponse, TimeoutText } from "../../http/client.js";

/** HTTP's own fields, which grpc-gateway hands on without a prefix, and those that it reads itself. */
const HTTPS_OWN =
  /^(accept|accept-(charset|language|ranges)|authorization|cache-control|content-type|cookie|date|expect|from|grpc-(metadata-.*|timeout)|host|if-.*|max-forwards|origin|pragma|referer|user-agent|via|warning|x-forwarded-(for|host))$/;

/**
 * The header fields of a request: the caller's, with a prefix where the server
 * wants one, and ours.
 *
 * @param prefix put before every name that is not HTTP's own
 * @param timeoutText writes the deadline, where it is to travel
 */
export function requestFields(
  header: HeadersInit | undefined,
  prefix: string,
  timeoutMs: number | undefined,
  timeoutText: TimeoutText | undefined,
): HttpFields {
  const fields: HttpFields = {};
  for (const [name, value] of Object.entries(toFields(header))) {
    fields[HTTPS_OWN.test(name) ? name : prefix.toLowerCase() + name] = value;
  }
  fields.accept ??= "application/json";
  if (timeoutMs !== undefined && timeoutText) fields["grpc-timeout"] = timeoutText(timeoutMs);
  return fields;
}

const METADATA = "grpc-metadata-";
const TRAILER = "grpc-trailer-";

/**
 * The metadata of an answer: grpc-gateway's prefixes are undone. Where HTTP
 * has a field of the same name (`content-type`), the prefixed one stays as it is.
 */
export function metadataOf({ header, trailer }: Pick<HttpResponse, "header" | "trailer">): {
  header: Headers;
  trailer: Headers;
} {
  const metadata = { header: new Headers(), trailer: new Headers() };
  for (const [name, value] of header) {
    if (name.startsWith(TRAILER)) append(metadata.trailer, name.slice(TRAILER.length), value);
    else if (name.startsWith(METADATA) && !header.has(name.slice(METADATA.length))) {
      append(metadata.header, name.slice(METADATA.length), value);
    } else metadata.header.append(name, value);
  }
  for (const [name, value] of trailer ?? []) {
    append(metadata.trailer, name.startsWith(TRAILER) ? name.slice(TRAILER.length) : name, value);
  }
  return metadata;
}

/** The metadata of an answer as errors have it: header and trailer in one. */
export function errorMetadata(response: Pick<HttpResponse, "header" | "trailer">): Headers {
  const { header, trailer } = metadataOf(response);
  for (const [name, value] of trailer) header.append(name, value);
  return header;
}

/** grpc-gateway puts binary metadata into the field as it is; everywhere else in gRPC it is base64, unpadded. */
function append(to: Headers, name: string, value: string): void {
  to.append(name, name.endsWith("-bin") ? btoa(value).replace(/=+$/, "") : value);
}
