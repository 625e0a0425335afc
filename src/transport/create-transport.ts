import { Code } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";
import { CONTENT_TYPES, type ContentType } from "./content-type.js";
import type { Platform, Wire, WireTransport } from "./platform.js";
import type { TransportOptions } from "./transport-options.js";

/** Content type to wire, on one platform. */
export function createTransportOn<Options extends TransportOptions>(
  platform: Platform<Options>,
  options: Options,
): WireTransport {
  const wires: Record<ContentType, Wire<Options> | undefined> = {
    "application/grpc": platform.grpc,
    "application/grpc-web+proto": platform.grpcWeb,
    "application/json": platform.rest,
  };
  const contentType = options.contentType ?? platform.defaultContentType;
  const offered = CONTENT_TYPES.filter((type) => wires[type] !== undefined);
  const wire = offered.includes(contentType) ? wires[contentType] : undefined;
  if (wire !== undefined) return wire(options);
  throw notSentError(
    `contentType ${JSON.stringify(contentType)} is not available in ${platform.name}; use ${offered.join(" or ")}`,
    Code.InvalidArgument,
    "not_supported",
  );
}
