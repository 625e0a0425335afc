import { Code } from "@connectrpc/connect";

const CODES: Readonly<Record<number, Code>> = {
  400: Code.InvalidArgument,
  401: Code.Unauthenticated,
  403: Code.PermissionDenied,
  404: Code.NotFound,
  405: Code.Unimplemented,
  408: Code.DeadlineExceeded,
  409: Code.Aborted,
  412: Code.FailedPrecondition,
  413: Code.ResourceExhausted,
  414: Code.ResourceExhausted,
  416: Code.OutOfRange,
  429: Code.ResourceExhausted,
  431: Code.ResourceExhausted,
  499: Code.Canceled,
  500: Code.Internal,
  501: Code.Unimplemented,
  502: Code.Unavailable,
  503: Code.Unavailable,
  504: Code.DeadlineExceeded,
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
