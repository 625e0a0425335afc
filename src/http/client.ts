import type { HttpFields } from "../call/fields.js";
import type { StopSignal } from "../call/stop.js";

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
