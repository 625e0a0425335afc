import {
  type DescMessage,
  fromBinary,
  type Message,
  type MessageShape,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";
import { saidBy } from "../errors/from-causes.js";

/** A request in the binary format; refused where it is no such message, or larger than `maxBytes`. */
export function encodeMessage<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
  maxBytes: number,
): Uint8Array<ArrayBuffer> {
  let data: Uint8Array<ArrayBuffer>;
  try {
    data = toBinary(schema, message);
  } catch (error) {
    const why = saidBy(error);
    const refusal = `the request is no valid ${schema.typeName}: ${why}`;
    throw notSentError(refusal, Code.InvalidArgument, "invalid_request", error);
  }
  return checkSize(data, maxBytes);
}

/** Refuses a request that is larger than `maxBytes`. */
export function checkSize<Data extends Uint8Array>(data: Data, maxBytes: number): Data {
  if (data.byteLength <= maxBytes) return data;
  throw notSentError(
    `the request has ${data.byteLength} bytes; writeMaxBytes allows ${maxBytes}`,
    Code.ResourceExhausted,
    "too_large",
  );
}

/** A message of the answer from the binary format; fails with Internal where it is none. */
export function decodeMessage<Desc extends DescMessage>(schema: Desc, data: Uint8Array): MessageShape<Desc> {
  try {
    return fromBinary(schema, data);
  } catch (error) {
    throw new ConnectError(
      `the answer holds no valid ${schema.typeName}`,
      Code.Internal,
      undefined,
      undefined,
      error,
    );
  }
}

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
