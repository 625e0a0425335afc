import { kMaxLength } from "node:buffer";
import { promisify } from "node:util";
import { gunzip as gunzipWithCallback, gzip as gzipWithCallback } from "node:zlib";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { tooLarge } from "../bytes.js";

const gunzipAsync = promisify<Uint8Array, { maxOutputLength: number }, Buffer<ArrayBuffer>>(
  gunzipWithCallback,
);
const gzipAsync = promisify<Uint8Array, Buffer<ArrayBuffer>>(gzipWithCallback);

/** gzip as Connect takes compressions, off the main thread. */
export const gzip: Compression = { name: "gzip", compress: gzipAsync, decompress: gunzip };

/**
 * Decompresses, off the main thread; fails with ResourceExhausted as soon as
 * there are more than `maxBytes`, and with Internal where it is not gzip.
 */
export async function gunzip(data: Uint8Array, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (data.byteLength === 0) return new Uint8Array();
  try {
    // zlib wants at least 1.
    return await gunzipAsync(data, { maxOutputLength: Math.min(Math.max(maxBytes, 1), kMaxLength) });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw new ConnectError(
      "the answer is not the gzip that it says",
      Code.Internal,
      undefined,
      undefined,
      error,
    );
  }
}
