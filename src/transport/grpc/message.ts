import { Pieces, tooLarge } from "../../http/bytes.js";

// A flag and the length, in front of each message. Source: gRPC over HTTP/2, "Length-Prefixed-Message".
const PREFIX_BYTES = 5;
const COMPRESSED = 1;

/** Puts the prefix in front of a message; as a `Buffer`, which Node writes as it is. */
export function frameMessage(message: Uint8Array, compressed: boolean): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.byteLength);
  frame[0] = compressed ? COMPRESSED : 0;
  frame.writeUInt32BE(message.byteLength, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** The one message of an answer, while it comes in pieces of any size. */
export interface PartialMessage {
  /** What came of it, prefix included. */
  readonly pieces: Pieces;
  /** All that came, also what lies behind the message. */
  receivedBytes: number;
  /** What the message takes with its prefix; unknown until that is whole. */
  frameBytes: number | undefined;
  compressed: boolean;
}

export function emptyMessage(): PartialMessage {
  return { pieces: new Pieces(), receivedBytes: 0, frameBytes: undefined, compressed: false };
}

export function addPart(message: PartialMessage, part: Uint8Array<ArrayBuffer>): void {
  // What lies behind the message is an error; only that it is there matters.
  if (message.frameBytes === undefined || message.receivedBytes < message.frameBytes)
    message.pieces.add(part);
  message.receivedBytes += part.byteLength;
}

/** Reads the prefix when it has come; fails with ResourceExhausted where it says, or more came, than `maxBytes`. */
export function readPrefix(message: PartialMessage, maxBytes: number): void {
  if (message.receivedBytes > PREFIX_BYTES + maxBytes) throw tooLarge(maxBytes);
  if (message.frameBytes !== undefined || message.receivedBytes < PREFIX_BYTES) return;
  const { buffer, byteOffset } = message.pieces.bytes();
  const prefix = new DataView(buffer, byteOffset, PREFIX_BYTES);
  const length = prefix.getUint32(1);
  if (length > maxBytes) throw tooLarge(maxBytes);
  message.compressed = (prefix.getUint8(0) & COMPRESSED) !== 0;
  message.frameBytes = PREFIX_BYTES + length;
}

/** Whether the message is whole and nothing lies behind it. */
export function isComplete(message: PartialMessage): boolean {
  return message.receivedBytes === message.frameBytes;
}

/** The bytes of a complete message, without its prefix. */
export function bytesOf(message: PartialMessage): Uint8Array<ArrayBuffer> {
  return message.pieces.bytes().subarray(PREFIX_BYTES);
}
