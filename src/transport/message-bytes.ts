import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { saidBy } from "../errors/causes.js";
import { notSentError } from "../errors/facts.js";

/** What a message may have, in bytes, where the options do not say. */
export const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

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
