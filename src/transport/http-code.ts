import { Code } from "@connectrpc/connect";

// By number, because the names would take more of a page.
const CODES: Readonly<Record<number, Code>> = {
  400: 13, // Internal
  401: 16, // Unauthenticated
  403: 7, // PermissionDenied
  404: 12, // Unimplemented
  429: 14, // Unavailable
  502: 14,
  503: 14,
  504: 14,
};

/**
 * The code of a call whose answer has an HTTP status and no gRPC status:
 * somebody on the way gave it. Source: gRPC, "HTTP to gRPC Status Code Mapping".
 */
export function codeOfHttpStatus(status: number): Code {
  return CODES[status] ?? Code.Unknown;
}
