import { Code, ConnectError } from "@connectrpc/connect";
import { tooLarge } from "../read-all.js";

/** Flag of a compressed frame. */
export const COMPRESSED = 0b0000_0001;
/** Flag of the frame that holds the trailers. */
export const TRAILERS = 0b1000_0000;
/** Flags and length, in front of each frame. */
export const PREFIX_BYTES = 5;

/** A message or the trailers, as gRPC-web frames them. */
export interface Frame {
  readonly flags: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Puts the prefix in front. Source: gRPC over HTTP/2, "Length-Prefixed-Message". */
export function encodeFrame({ flags, data }: Frame): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PREFIX_BYTES + data.byteLength);
  bytes[0] = flags;
  new DataView(bytes.buffer).setUint32(1, data.byteLength);
  bytes.set(data, PREFIX_BYTES);
  return bytes;
}

/**
 * Reads the frame that starts at `offset`; its data is a view of the body.
 * Fails with ResourceExhausted where it is a message of more than
 * `maxBytes`, with Unavailable where it is cut, with Internal where it is none.
 */
export function decodeFrame(body: Uint8Array<ArrayBuffer>, offset: number, maxBytes: number): Frame {
  const start = offset + PREFIX_BYTES;
  if (start > body.byteLength) throw cut();
  const prefix = new DataView(body.buffer, body.byteOffset + offset, PREFIX_BYTES);
  const flags = prefix.getUint8(0);
  if ((flags & ~(COMPRESSED | TRAILERS)) !== 0)
    throw new ConnectError("the answer is not made of gRPC-web frames", Code.Internal);
  const length = prefix.getUint32(1);
  if (length > maxBytes && (flags & TRAILERS) === 0) throw tooLarge(maxBytes);
  if (length > body.byteLength - start) throw cut();
  return { flags, data: body.subarray(start, start + length) };
}

function cut(): ConnectError {
  return new ConnectError("the answer ended in the middle of a frame", Code.Unavailable);
}
