import { gunzipSync, gzipSync } from "node:zlib";
import { Code, type ConnectError } from "@connectrpc/connect";
import { plainRefusal } from "./refusal.js";

/** Largest message that the server takes, in bytes; gRPC's own default. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

const HEAD_BYTES = 5;

/** The first message of a body, unpacked, or what gRPC says about a broken one. */
export function readMessage(body: Buffer, encoding: string): Uint8Array | ConnectError {
  if (encoding !== "identity" && encoding !== "gzip") {
    return plainRefusal(
      Code.Unimplemented,
      `grpc: Decompressor is not installed for grpc-encoding "${encoding}"`,
    );
  }
  if (body.length < HEAD_BYTES) return plainRefusal(Code.Unknown, "EOF");
  const [flags = 0] = body;
  const size = body.readUInt32BE(1);
  if (size > MAX_MESSAGE_BYTES) return messageTooLarge(size);
  const message = body.subarray(HEAD_BYTES, HEAD_BYTES + size);
  if (message.length < size) return plainRefusal(Code.Unknown, "unexpected EOF");
  if (flags === 0) return message;
  if (flags !== 1) return plainRefusal(Code.Internal, `grpc: received unexpected payload format ${flags}`);
  if (encoding === "gzip") return gunzipMessage(message);
  return plainRefusal(Code.Internal, "grpc: compressed flag set with identity or empty encoding");
}

/** Frames a message; `flags` is 1 for a packed one, 0x80 for gRPC-web's trailers. */
export function frame(message: Uint8Array, flags = 0): Buffer {
  const framed = Buffer.allocUnsafe(HEAD_BYTES + message.length);
  framed[0] = flags;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, HEAD_BYTES);
  return framed;
}

/** Frames a message packed with gzip. */
export const gzipFrame = (message: Uint8Array) => frame(gzipSync(message), 1);

/** Refuses a message over {@link MAX_MESSAGE_BYTES}. */
export function messageTooLarge(size: number): ConnectError {
  return plainRefusal(
    Code.ResourceExhausted,
    `grpc: received message larger than max (${size} vs. ${MAX_MESSAGE_BYTES})`,
  );
}

function gunzipMessage(message: Uint8Array): Uint8Array | ConnectError {
  try {
    return gunzipSync(message, { maxOutputLength: MAX_MESSAGE_BYTES });
  } catch (error) {
    return error instanceof RangeError
      ? plainRefusal(
          Code.ResourceExhausted,
          `grpc: received message after decompression larger than max ${MAX_MESSAGE_BYTES}`,
        )
      : plainRefusal(Code.Internal, "grpc: failed to decompress the received message: gzip: invalid header");
  }
}
