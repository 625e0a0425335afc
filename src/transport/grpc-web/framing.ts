import { Code, ConnectError } from "@connectrpc/connect";
import { Pieces, tooLarge } from "../../http/bytes.js";

/** Flag of a compressed frame. */
export const COMPRESSED = 0b0000_0001;
/** Flag of the frame that holds the trailers. */
export const TRAILERS = 0b1000_0000;
/** What trailers may take. */
export const MAX_TRAILER_BYTES = 64 * 1024;
const PREFIX_BYTES = 5;

/** A message or the trailers, as gRPC-web frames them. */
export interface Frame {
  readonly flags: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Puts flags and length in front. Source: gRPC over HTTP/2, "Length-Prefixed-Message". */
export function encodeFrame({ flags, data }: Frame): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PREFIX_BYTES + data.byteLength);
  // By hand, because a DataView costs more than the rest; each takes the lowest eight bits.
  bytes[0] = flags;
  bytes[1] = data.byteLength >>> 24;
  bytes[2] = data.byteLength >>> 16;
  bytes[3] = data.byteLength >>> 8;
  bytes[4] = data.byteLength;
  bytes.set(data, PREFIX_BYTES);
  return bytes;
}

/**
 * Reads the frames of a whole body; their data are views of it. Fails with
 * ResourceExhausted where one says that it is a message of more than
 * `maxBytes`, with Unavailable where it is cut, with Internal where it is none.
 */
export function* decodeFrames(body: Uint8Array<ArrayBuffer>, maxBytes: number): Generator<Frame> {
  for (let offset = 0; offset < body.byteLength; ) {
    const end = offset + frameBytes(body, offset, maxBytes);
    if (!(end <= body.byteLength)) throw cutOffError();
    yield frameAt(body, offset, end);
    offset = end;
  }
}

/** The same for a body that comes in pieces of any size. */
export async function* readFrames(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Frame> {
  const pieces = new Pieces();
  let wanted = PREFIX_BYTES;
  for await (const chunk of chunks) {
    pieces.add(chunk);
    if (pieces.size < wanted) continue;
    const bytes = pieces.take();
    let offset = 0;
    wanted = frameBytes(bytes, offset, maxBytes);
    while (offset + wanted <= bytes.byteLength) {
      yield frameAt(bytes, offset, offset + wanted);
      offset += wanted;
      wanted = frameBytes(bytes, offset, maxBytes);
    }
    if (offset < bytes.byteLength) pieces.add(bytes.subarray(offset));
  }
  if (pieces.size > 0) throw cutOffError();
}

/** How many bytes the frame that starts at `offset` has with its prefix, or those of a prefix where it is not whole. */
function frameBytes(bytes: Uint8Array<ArrayBuffer>, offset: number, maxBytes: number): number {
  if (offset + PREFIX_BYTES > bytes.byteLength) return PREFIX_BYTES;
  const byteAt = (index: number) => bytes[offset + index] ?? 0;
  const flags = byteAt(0);
  if ((flags & ~(COMPRESSED | TRAILERS)) !== 0) {
    throw new ConnectError("the answer is not made of gRPC-web frames", Code.Internal);
  }
  const limit = (flags & TRAILERS) === 0 ? maxBytes : MAX_TRAILER_BYTES;
  const length = ((byteAt(1) << 24) | (byteAt(2) << 16) | (byteAt(3) << 8) | byteAt(4)) >>> 0;
  if (length > limit) throw tooLarge(limit);
  return PREFIX_BYTES + length;
}

function frameAt(bytes: Uint8Array<ArrayBuffer>, offset: number, end: number): Frame {
  const start = offset + PREFIX_BYTES;
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
  return { flags: bytes[offset] ?? 0, data };
}

function cutOffError(): ConnectError {
  return new ConnectError("the answer ended in the middle of a frame", Code.Unavailable);
}
