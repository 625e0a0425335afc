import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Code, ConnectError } from "@connectrpc/connect";
import { markSent, type StopSignal } from "../../call/stop.js";
import { Pieces, tooLarge } from "../bytes.js";
import type { HttpResponse } from "../client.js";
import { gunzip } from "./gzip.js";

/** How much of a body may wait for its reader before the connection is paused. */
const HIGH_WATER_BYTES = 64 * 1024;

/** What an answer comes from: undici's controller, or a stream. */
interface Source {
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/**
 * One exchange on a connection of ours, from the wait for a connection to the
 * last byte. Whoever makes the request tells it what comes, in the order of the
 * methods; it is the answer at the same time, because one is made for each call.
 */
export class HttpExchange implements HttpResponse {
  status = 0;
  #fields: IncomingFields = {};
  #trailers: IncomingFields = {};
  #header: Headers | undefined;
  /** What waits for its reader. */
  #chunks: Uint8Array[] = [];
  /** What was collected, where the whole body is awaited. */
  #pieces: Pieces | undefined;
  #size = 0;
  /** Set where the whole body is awaited. */
  #maxBytes: number | undefined;
  /** The limit that the caller knows: for what is compressed there is a little more. */
  #namedMaxBytes = 0;
  #source: Source | undefined;
  /** Set when it is over: nothing more comes. */
  #end: { readonly error?: unknown } | undefined;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #signal: StopSignal | undefined;
  /** Called when there is something new for a reader. */
  #wake: (() => void) | undefined;

  constructor(
    signal: StopSignal | undefined,
    resolve: (response: HttpResponse) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    signal?.addEventListener("abort", this);
    if (signal?.aborted) this.handleEvent();
  }

  /** The signal aborted. */
  handleEvent(): void {
    this.#stop(this.#signal?.reason);
  }

  /** The request is about to be sent; if that is not wanted any more, it is not. */
  start(source: Source): void {
    this.#source = source;
    if (this.#end) this.#abort(this.#end.error);
    else markSent(this.#signal);
  }

  head(status: number, fields: IncomingFields): void {
    if (this.#end) return;
    this.status = status;
    this.#fields = fields;
    this.#resolve(this);
  }

  data(chunk: Uint8Array): void {
    if (this.#end) return;
    this.#size += chunk.byteLength;
    if (this.#pieces !== undefined && this.#maxBytes !== undefined) {
      if (this.#size > this.#maxBytes) this.#stop(tooLarge(this.#namedMaxBytes));
      else this.#pieces.add(chunk);
      return;
    }
    this.#chunks.push(chunk);
    if (this.#size > HIGH_WATER_BYTES) this.#source?.pause();
    this.#wake?.();
  }

  end(trailers: IncomingFields = {}): void {
    this.#trailers = trailers;
    this.#over({});
  }

  fail(error: unknown): void {
    this.#over({ error });
  }

  field(name: string): string | null {
    const value = this.#fields[name];
    if (value === undefined) return null;
    return Array.isArray(value) ? value.join(", ") : String(value);
  }

  get header(): Headers {
    this.#header ??= nodeHeaders(this.#fields);
    return this.#header;
  }

  get trailer(): Headers {
    return nodeHeaders(this.#trailers);
  }

  bytes(maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.#isCompressed()) return this.#collect(maxBytes);
    // gzip makes what it cannot compress slightly larger.
    const compressed = this.#collect(maxBytes + (maxBytes >> 10) + 1024, maxBytes);
    return compressed.then((data) => gunzip(data, maxBytes));
  }

  chunks(): AsyncIterable<Uint8Array> {
    return this.#isCompressed() ? this.#unpack() : this.#read();
  }

  discard(): void {
    this.#stop(new ConnectError("nobody reads the answer", Code.Canceled));
  }

  /** A generator, so that the streams are made when somebody is there to hear of their errors. */
  async *#unpack(): AsyncGenerator<Uint8Array> {
    yield* pipeline(Readable.from(this.#read()), createGunzip(), () => {});
  }

  #isCompressed(): boolean {
    const encoding = this.field("content-encoding");
    if (encoding === null || /^identity$/i.test(encoding)) return false;
    // RFC 9110, section 8.4.1: names of any case, and x-gzip is gzip.
    if (/^(x-)?gzip$/i.test(encoding)) return true;
    const error = new ConnectError(`the answer has content-encoding ${encoding}`, Code.Internal);
    this.#stop(error);
    throw error;
  }

  #collect(maxBytes: number, namedMaxBytes = maxBytes): Promise<Uint8Array<ArrayBuffer>> {
    this.#maxBytes = maxBytes;
    this.#namedMaxBytes = namedMaxBytes;
    const pieces = new Pieces();
    for (const chunk of this.#chunks.splice(0)) pieces.add(chunk);
    this.#pieces = pieces;
    if (this.#size > maxBytes) this.#stop(tooLarge(namedMaxBytes));
    return new Promise((resolve, reject) => {
      const settle = () => {
        if (this.#end?.error !== undefined) reject(this.#end.error);
        // It may have ended before anybody said how much is too much.
        else if (this.#end && this.#size > maxBytes) reject(tooLarge(namedMaxBytes));
        else if (this.#end) resolve(pieces.bytes());
      };
      this.#wake = settle;
      settle();
      this.#source?.resume();
    });
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const part = this.#chunks.shift();
        if (part !== undefined) {
          this.#size -= part.byteLength;
          yield part;
        } else if (this.#end?.error !== undefined) throw this.#end.error;
        else if (this.#end) return;
        else {
          const news = new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#source?.resume();
          await news;
        }
      }
    } finally {
      this.#stop(new ConnectError("nobody reads the answer any more", Code.Canceled));
    }
  }

  /** Ends the exchange from our side. */
  #stop(error: unknown): void {
    if (this.#end) return;
    this.#over({ error });
    this.#abort(error);
  }

  #abort(error: unknown): void {
    this.#source?.abort(error instanceof Error ? error : new Error("aborted", { cause: error }));
  }

  #over(end: { readonly error?: unknown }): void {
    if (this.#end) return;
    this.#end = end;
    this.#signal?.removeEventListener("abort", this);
    // After the head has come this does nothing.
    if (end.error !== undefined) this.#reject(end.error);
    this.#wake?.();
  }
}

/** Header fields as Node and undici give them, pseudo-headers included. */
export type IncomingFields = Readonly<Record<string, string | string[] | number | undefined>>;

/** Header fields as Connect hands them to callers, without pseudo-headers. */
export function nodeHeaders(...all: readonly (IncomingFields | undefined)[]): Headers {
  const headers = new Headers();
  for (const fields of all) {
    for (const [name, value] of Object.entries(fields ?? {})) {
      if (name.startsWith(":") || value === undefined) continue;
      for (const one of Array.isArray(value) ? value : [String(value)]) headers.append(name, one);
    }
  }
  return headers;
}
