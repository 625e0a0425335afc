import { Code } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";
import { parseBaseUrl } from "./base-url.js";
import { CONTENT_TYPES, type ContentType } from "./content-type.js";
import type { Platform, Wire, WireTransport } from "./platform.js";
import type { TransportOptions } from "./transport-options.js";

/** Content type to wire, on one platform. */
export function createTransportOn<Options extends TransportOptions>(
  platform: Platform<Options>,
  options: Options,
): WireTransport {
  parseBaseUrl(options.baseUrl);
  const contentType = options.contentType ?? platform.defaultContentType;
  const wire = wireOf(platform, contentType);
  if (wire !== undefined) return wire(options);
  const offered = CONTENT_TYPES.filter((type) => wireOf(platform, type) !== undefined);
  throw notSentError(
    `${contentType} is not available in ${platform.name}; use ${offered.join(" or ")}`,
    Code.InvalidArgument,
    "not_supported",
  );
}

function wireOf<Options extends TransportOptions>(
  platform: Platform<Options>,
  contentType: ContentType,
): Wire<Options> | undefined {
  switch (contentType) {
    case "application/grpc":
      return platform.grpc;
    case "application/grpc-web+proto":
      return platform.grpcWeb;
    case "application/json":
      return platform.rest;
    default:
      contentType satisfies never;
      throw notSentError(
        `unknown contentType ${JSON.stringify(contentType)}; use one of ${CONTENT_TYPES.join(", ")}`,
        Code.InvalidArgument,
        "invalid_request",
      );
  }
}
