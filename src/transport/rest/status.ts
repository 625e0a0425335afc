import { Code } from "@connectrpc/connect";

// By number, because the names would take more of a page.
const CODES: Readonly<Record<number, Code>> = {
  400: 3, // InvalidArgument
  401: 16, // Unauthenticated
  403: 7, // PermissionDenied
  404: 5, // NotFound
  405: 12, // Unimplemented
  408: 4, // DeadlineExceeded
  409: 10, // Aborted
  412: 9, // FailedPrecondition
  413: 8, // ResourceExhausted
  414: 8, // ResourceExhausted
  416: 11, // OutOfRange
  429: 8, // ResourceExhausted
  431: 8, // ResourceExhausted
  499: 1, // Canceled
  500: 13, // Internal
  501: 12, // Unimplemented
  502: 14, // Unavailable
  503: 14, // Unavailable
  504: 4, // DeadlineExceeded
};

/**
 * The code of an error whose body names none. Source: "HTTP Mapping" in
 * google/rpc/code.proto, the other way round; it has no 405, 408, 412 to 414,
 * 431 and 502.
 */
export function codeOfStatus(httpStatus: number): Code {
  return CODES[httpStatus] ?? Code.Unknown;
}

/** A code as JSON has it: a number, or a name in any spelling (`NOT_FOUND`, `not_found`, `NotFound`). */
export function codeFromJson(json: unknown): Code | undefined {
  if (typeof json !== "string" && typeof json !== "number") return undefined;
  const name = String(json)
    .replaceAll("_", "")
    .replace(/^cancelled$/i, "canceled")
    .toLowerCase();
  return ALL_CODES.find((code) => String(code) === name || Code[code]?.toLowerCase() === name);
}

const ALL_CODES = Object.values(Code).filter((code) => typeof code === "number");
