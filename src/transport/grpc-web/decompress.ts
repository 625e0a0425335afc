import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import type { HttpResponse } from "../http.js";
import { COMPRESSED, type Frame } from "./framing.js";

/** What is in a frame, decompressed; fails with Internal where it is compressed in a way that nobody asked for. */
export function contentOf(
  { flags, data }: Frame,
  response: HttpResponse,
  maxBytes: number,
  accept: Compression | undefined,
): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
  if ((flags & COMPRESSED) === 0) return data;
  const encoding = response.field("grpc-encoding");
  if (accept !== undefined && accept.name === encoding) return accept.decompress(data, maxBytes);
  throw new ConnectError(
    `the answer is compressed, with grpc-encoding ${JSON.stringify(encoding)}, which was not asked for`,
    Code.Internal,
    response.header,
  );
}
