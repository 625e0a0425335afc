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
  return wireOf(platform, contentType)(options);
}

function wireOf<Options extends TransportOptions>(
  platform: Platform<Options>,
  contentType: ContentType,
): Wire<Options> {
  switch (contentType) {
    case "application/grpc":
      return platform.grpc ?? unavailable(platform, contentType);
    case "application/grpc-web+proto":
      return platform.grpcWeb ?? unavailable(platform, contentType);
    case "application/json":
      return platform.rest ?? unavailable(platform, contentType);
    default:
      contentType satisfies never;
      throw notSentError(
        `unknown contentType ${JSON.stringify(contentType)}; use one of ${CONTENT_TYPES.join(", ")}`,
        Code.InvalidArgument,
        "invalid_request",
      );
  }
}

function unavailable<Options extends TransportOptions>(
  platform: Platform<Options>,
  contentType: ContentType,
): never {
  const offered = CONTENT_TYPES.filter((type) => platform[WIRE_NAMES[type]] !== undefined);
  throw notSentError(
    `${contentType} is not available in ${platform.name}; use ${offered.join(" or ")}`,
    Code.InvalidArgument,
    "not_supported",
  );
}

const WIRE_NAMES = {
  "application/grpc": "grpc",
  "application/grpc-web+proto": "grpcWeb",
  "application/json": "rest",
} as const satisfies Record<ContentType, keyof Platform>;
