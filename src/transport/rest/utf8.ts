// One of each for all calls: making them costs more than using them.
const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();

/** Bytes of a text. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Text of bytes, without a byte order mark. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
