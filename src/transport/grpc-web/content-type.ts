import type { HttpResponse } from "../http.js";

/** Tells whether an answer is gRPC-web; a `grpc-status` counts as that whatever stands beside it. */
export function isGrpcWeb(response: HttpResponse): boolean {
  if (response.field("grpc-status") !== null) return true;
  const isOk = response.status >= 200 && response.status < 300;
  return isOk && /^application\/grpc-web(\+proto)?\s*(;|$)/i.test(response.field("content-type") ?? "");
}
