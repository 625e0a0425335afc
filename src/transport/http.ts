/** One HTTP request, as gRPC-web and REST make it. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly header: Headers;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Ends the exchange at any moment, also while the body is read. */
  readonly signal?: AbortSignal;
}

/** The answer to one, its body still to be read, once, in one of two ways. */
export interface HttpResponse {
  readonly status: number;
  readonly header: Headers;
  /** Reads all of it; fails with ResourceExhausted past `maxBytes`. */
  bytes(maxBytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads it as it comes; leaving the loop gives the connection back. */
  chunks(): AsyncIterable<Uint8Array>;
}

/**
 * Makes HTTP requests: `fetch` or a connection pool. Redirects are not
 * followed: they are an answer like any other (design, decision 4). What the
 * runtime throws comes out as it is.
 */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;
