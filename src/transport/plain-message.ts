import { type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";

/**
 * A message of strings in the binary format, the same as the library's, whose
 * writer is a tenth of a page that speaks gRPC-web.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export function encodeStrings(schema: DescMessage, message: Message): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  const pushVarint = (value: number): void => {
    let left = value;
    for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
    bytes.push(left);
  };
  for (const { scalar, name, localName, number } of schema.fields) {
    const value: unknown = Reflect.get(message, localName);
    if (scalar !== ScalarType.STRING || typeof value !== "string") {
      throw new ConnectError(`this client cannot send ${schema.typeName}.${name}`, Code.Internal);
    }
    // In proto3 that is not set.
    if (value === "") continue;
    const text = new TextEncoder().encode(value);
    pushVarint((number << 3) | 2);
    pushVarint(text.byteLength);
    for (const byte of text) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
