import type { IncomingHttpHeaders } from "node:http";

/** A request as it came, read to its end; the same for HTTP/1.1 and HTTP/2. */
export interface Exchange {
  readonly method: string;
  /** Path and query as they were sent, not normalised. */
  readonly target: string;
  readonly httpVersion: 1 | 2;
  readonly host: string;
  readonly header: IncomingHttpHeaders;
  /** The body, or the front of one that is too large to be kept. */
  readonly body: Buffer;
  /** Bytes of the body that came. */
  readonly bodyBytes: number;
  /** Time since the request's headers were read, in milliseconds. */
  readonly ageMs: () => number;
}

/** Headers of an answer; a list goes out as so many lines. */
export type AnswerHeader = Readonly<Record<string, string | number | readonly string[]>>;

/** What goes back. Without a `content-length` the body is sent in chunks. */
export interface Answer {
  readonly status: number;
  readonly header: AnswerHeader;
  readonly body?: Uint8Array;
  /** HTTP trailers. */
  readonly trailer?: Readonly<Record<string, string>>;
}

/** An answer whose body is text. */
export function textAnswer(
  status: number,
  contentType: string,
  text: string,
  header: AnswerHeader = {},
): Answer {
  const body = Buffer.from(text);
  return { status, header: { ...header, "content-type": contentType, "content-length": body.length }, body };
}
