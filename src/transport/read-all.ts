import { Code, ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../errors/facts.js";

/** Collects a body, but no more than `maxBytes` of it: fails with ResourceExhausted. */
export async function readAll(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    parts.push(chunk);
  }
  return join(parts, size);
}

/** The parts of a body as one; a single part is not copied. */
export function join(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const [first] = parts;
  if (first !== undefined && parts.length === 1 && isUnshared(first)) return first;
  const all = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.byteLength;
  }
  return all;
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
