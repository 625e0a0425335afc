import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { MAX_MESSAGE_BYTES } from "./grpc-message.js";

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

const runId = randomBytes(6).toString("hex");
let requests = 0;

/** An id of the look that the server gives each request. */
export function newRequestId(): string {
  requests++;
  return `${runId}${requests.toString(32).padStart(8, "0")}`;
}

/** Headers of each answer that the service itself gave; `expires` lies an hour back. */
export function noCacheHeader(nowMs: number) {
  return {
    "cache-control": "no-store",
    expires: new Date(nowMs - 3_600_000).toUTCString(),
    pragma: "no-cache",
  };
}

const UNIT_MS = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 } as const;

/** Reads a `grpc-timeout` header, in milliseconds: without limit where there is none, `undefined` where it is malformed. */
export function parseGrpcTimeout(value: string | readonly string[] | undefined): number | undefined {
  if (!value) return Number.POSITIVE_INFINITY;
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(value)) ?? [];
  return digits !== undefined && isUnit(unit) ? Number(digits) * UNIT_MS[unit] : undefined;
}

function isUnit(text: string | undefined): text is keyof typeof UNIT_MS {
  return text !== undefined && text in UNIT_MS;
}

/** Bytes of a body that are kept: the largest message of gRPC, in the Base64 of gRPC-web's text form. */
const MAX_KEPT_BYTES = 4 * Math.ceil((MAX_MESSAGE_BYTES + 5) / 3);

/** A body while it comes in. */
export interface Body {
  add(chunk: Uint8Array): void;
  /** Bytes that came, also those that were not kept. */
  readonly size: number;
  /** What was kept: all of it, or the front. */
  bytes(): Buffer;
}

/** Keeps the front of a body in one piece: a body of single bytes takes no more memory than any other. */
export function createBody(maxBytes = MAX_KEPT_BYTES): Body {
  let kept = Buffer.alloc(0);
  let size = 0;
  return {
    add(chunk) {
      const end = Math.min(size + chunk.length, maxBytes);
      if (end > kept.length) {
        const grown = Buffer.allocUnsafe(Math.min(Math.max(end, 2 * kept.length), maxBytes));
        kept.copy(grown);
        kept = grown;
      }
      if (end > size) kept.set(chunk.subarray(0, end - size), size);
      size += chunk.length;
    },
    get size() {
      return size;
    },
    bytes: () => kept.subarray(0, Math.min(size, maxBytes)),
  };
}
