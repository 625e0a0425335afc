import { Code } from "@connectrpc/connect";

/**
 * The code of a call whose answer has an HTTP status and no gRPC status:
 * somebody on the way gave it. Source: gRPC, "HTTP to gRPC Status Code Mapping".
 */
export function codeOfHttpStatus(status: number): Code {
  switch (status) {
    case 400:
      return Code.Internal;
    case 401:
      return Code.Unauthenticated;
    case 403:
      return Code.PermissionDenied;
    case 404:
      return Code.Unimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return Code.Unavailable;
    default:
      return Code.Unknown;
  }
}
