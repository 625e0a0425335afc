import type { Compression } from "@connectrpc/connect/protocol";
import { type HttpFields, toFields } from "../../call/fields.js";
import { USER_AGENT, type WireRuntime } from "../../http/client.js";
import { COMPRESSED, encodeFrame } from "./framing.js";

/**
 * The header fields of a request. In browsers these are the caller's own and
 * three that ZITADEL's CORS list has.
 */
export function requestFields(
  header: HeadersInit | undefined,
  timeoutMs: number | undefined,
  { timeoutText, acceptCompression, sendCompression }: GrpcWebRuntime,
): HttpFields {
  const fields = toFields(header);
  fields["content-type"] = "application/grpc-web+proto";
  fields["x-grpc-web"] = "1";
  fields["x-user-agent"] ??= fields["user-agent"] ?? USER_AGENT;
  if (timeoutMs !== undefined && timeoutText) fields["grpc-timeout"] = timeoutText(timeoutMs);
  if (acceptCompression !== undefined) fields["grpc-accept-encoding"] = acceptCompression.name;
  if (sendCompression !== undefined) fields["grpc-encoding"] = sendCompression.name;
  return fields;
}

/** A message as it is sent: in a frame, and compressed where that is wanted and worth it. */
export function frameRequest(
  data: Uint8Array<ArrayBuffer>,
  { sendCompression, compressMinBytes = 1024 }: GrpcWebRuntime,
): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
  if (sendCompression === undefined || data.byteLength < compressMinBytes) {
    return encodeFrame({ flags: 0, data });
  }
  const compressed = sendCompression.compress(data);
  return compressed.then((data) => encodeFrame({ flags: COMPRESSED, data }));
}

/** What gRPC-web needs from its runtime. */
export interface GrpcWebRuntime extends WireRuntime {
  /** What answers may be compressed with. @default nothing */
  readonly acceptCompression?: Compression | undefined;
  /** Compresses requests of at least `compressMinBytes`. @default nothing */
  readonly sendCompression?: Compression | undefined;
  readonly compressMinBytes?: number | undefined;
}
