import { Code, ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../errors/facts.js";

/**
 * Bytes that come in pieces of any size. A single piece is kept as it is; more
 * go into one buffer that doubles, so that many small pieces take no more
 * memory than their bytes.
 */
export class Pieces {
  size = 0;
  #buffer: Uint8Array<ArrayBuffer> | undefined;

  add(piece: Uint8Array): void {
    const size = this.size + piece.byteLength;
    if (this.#buffer === undefined && isUnshared(piece)) {
      this.#buffer = piece;
    } else {
      // The first piece may be a view of somebody's buffer: it is copied before anything is added.
      if (this.#buffer === undefined || this.#capacity < size) this.#grow(size);
      this.#buffer?.set(piece, this.size);
    }
    this.size = size;
  }

  /** All of it as one; a single piece is not copied. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer?.subarray(0, this.size) ?? new Uint8Array();
  }

  /** The same, to start again. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.bytes();
    this.#buffer = undefined;
    this.#capacity = 0;
    this.size = 0;
    return bytes;
  }

  /** What the buffer of our own holds; 0 while there is none. */
  #capacity = 0;

  #grow(size: number): void {
    this.#capacity = Math.max(1024, 2 * size);
    const buffer = new Uint8Array(this.#capacity);
    buffer.set(this.bytes());
    this.#buffer = buffer;
  }
}

/** Collects a body, but no more than `maxBytes` of it: fails with ResourceExhausted. */
export async function readAll(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces = new Pieces();
  for await (const chunk of chunks) {
    if (pieces.size + chunk.byteLength > maxBytes) throw tooLarge(maxBytes);
    pieces.add(chunk);
  }
  return pieces.bytes();
}

function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}

/** The error of an answer that is larger than what may be read. */
export function tooLarge(maxBytes: number): ConnectError {
  return noteFacts(
    new ConnectError(
      `the answer is larger than ${maxBytes} bytes; readMaxBytes sets the limit`,
      Code.ResourceExhausted,
    ),
    { reason: "too_large", delivery: "maybe_sent" },
  );
}
