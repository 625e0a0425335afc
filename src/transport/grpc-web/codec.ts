import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { encodeMessage } from "../message-bytes.js";
import { type GrpcWebWire, streamOn } from "./streams.js";

/**
 * What a transport can send. There are two: the general one for any service,
 * and the plain one for the one method of this package's client, so that a page
 * with that client does without the rest.
 */
export interface Codec {
  /** A request in the binary format; refused where it is no such message, or larger than `maxBytes`. */
  encode<Desc extends DescMessage>(
    schema: Desc,
    message: MessageShape<Desc>,
    maxBytes: number,
  ): Uint8Array<ArrayBuffer>;
  /** Makes streaming calls. */
  streamOn(wire: GrpcWebWire): Transport["stream"];
}

/** For every method. */
export const generalCodec: Codec = { encode: encodeMessage, streamOn };
