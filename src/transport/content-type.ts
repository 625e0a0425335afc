/**
 * The content types that the API documents, best first.
 *
 * Each names one wire: gRPC over HTTP/2, gRPC-web, and REST with JSON.
 */
export const CONTENT_TYPES = ["application/grpc", "application/grpc-web+proto", "application/json"] as const;

/** One of {@link CONTENT_TYPES}. */
export type ContentType = (typeof CONTENT_TYPES)[number];
