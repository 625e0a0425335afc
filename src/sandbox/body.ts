import { MAX_MESSAGE_BYTES } from "./grpc-message.js";

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
