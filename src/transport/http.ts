import { Code } from "@connectrpc/connect";
import type { StopSignal } from "../call/stop.js";
import { notSentError } from "../errors/facts.js";

/** Header fields of a request: names in lower case, repeated ones joined with `, `. */
export type HttpFields = Record<string, string>;

/** One HTTP request, as gRPC-web and REST make it. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly fields: Readonly<HttpFields>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Ends the exchange at any moment, also while the body is read; its reason comes out as it is. */
  readonly signal?: StopSignal;
}

/** The answer to one, its body still to be read, once, in one of two ways. */
export interface HttpResponse {
  readonly status: number;
  /** One field by its lower-case name, repeated ones joined with `, `; null where it is missing. */
  field(name: string): string | null;
  /** All fields. Made when first asked for, because that costs: hand it on as a getter. */
  readonly header: Headers;
  /** What came behind the body, which has to be read before; missing where the runtime does not show it. */
  readonly trailer?: Headers;
  /** Reads all of it, decompressed; fails with ResourceExhausted past `maxBytes`. */
  bytes(maxBytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads it as it comes, decompressed; leaving the loop ends the exchange. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Ends the exchange of an answer that nobody reads, or reads any further. */
  discard(): void;
}

/**
 * Makes HTTP requests: `fetch` or a connection pool. Redirects are not
 * followed: they are an answer like any other (design, decision 4), in a
 * browser one with status 0 and nothing else to see. What the runtime throws
 * comes out as it is, and so does the reason of an aborted signal.
 */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/** Writes a time limit as `grpc-timeout` has it. */
export type TimeoutText = (timeoutMs: number) => string;

/** What a wire over HTTP needs from its runtime. */
export interface WireRuntime {
  readonly http: HttpClient;
  /**
   * How the deadline travels, as `grpc-timeout` has it. From browsers it does
   * not: ZITADEL's CORS list lacks the field, and the whole call would fail
   * (design, decision 6).
   */
  readonly timeoutText?: TimeoutText;
  /** Ends the connections. */
  readonly close?: () => Promise<void>;
}

/** How requests name this package. */
export const USER_AGENT = "zitadel-resend";

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
    const message = `the header field ${JSON.stringify(name)} has a character that HTTP does not allow`;
    throw notSentError(message, Code.InvalidArgument, "invalid_request");
  }
  addField(fields, name, value);
}

/** Adds one more field, also to those of the same name. */
export function addField(fields: HttpFields, name: string, value: string): void {
  const key = name.toLowerCase();
  fields[key] = Object.hasOwn(fields, key) ? `${fields[key]}, ${value}` : value;
}
