import { Code, ConnectError } from "@connectrpc/connect";
import { checkSize, encodeStrings } from "../message-bytes.js";
import type { Codec } from "./codec.js";

/** For unary methods whose requests hold nothing but strings without presence; fails on others. */
export const plainCodec: Codec = {
  encode: (schema, message, maxBytes) => checkSize(encodeStrings(schema, message), maxBytes),
  streamOn: () => async () => {
    throw new ConnectError("this client has no streams", Code.Unimplemented);
  },
};
