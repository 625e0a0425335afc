import { BinaryReader, base64Decode } from "@bufbuild/protobuf/wire";
import { Code, ConnectError } from "@connectrpc/connect";

/** Reads one field by its lower-case name, repeated ones joined with `, `. */
type FieldReader = (name: string) => string | null | undefined;

/**
 * How a call ended, as its trailers tell (or its headers, where nothing comes
 * after them): undefined for status 0, else the error.
 *
 * `grpc-status` decides, `grpc-message` and `grpc-status-details-bin` explain;
 * what cannot be decoded of these two is left out, so that the code survives.
 * Source: gRPC over HTTP/2, "Responses"; google.rpc.Status.
 */
export function grpcStatusError(
  grpcStatus: string,
  field: FieldReader,
  metadata: () => Headers,
): ConnectError | undefined {
  if (grpcStatus === "0") return undefined;
  const code = /^\d{1,2}$/.test(grpcStatus) ? Number(grpcStatus) : undefined;
  if (code === undefined || !isCode(code)) {
    return new ConnectError(
      `the answer's grpc-status is ${JSON.stringify(grpcStatus)}`,
      Code.Unknown,
      metadata(),
    );
  }
  const status = decodeDetails(field("grpc-status-details-bin"));
  const trusted = status?.code === code ? status : undefined;
  const error = new ConnectError(
    trusted?.message ?? decodeGrpcMessage(field("grpc-message") ?? ""),
    code,
    metadata(),
  );
  if (trusted !== undefined) error.details = trusted.details;
  return error;
}

function isCode(code: number): code is Code {
  return code in Code;
}

/** Undoes the percent-encoding of `grpc-message`; what is not encoded well stays as it is. */
export function decodeGrpcMessage(message: string): string {
  return message.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

/** An error has no more details than these; the rest is left out. */
export const MAX_DETAILS = 100;

interface Status {
  code: number;
  message: string;
  details: { type: string; value: Uint8Array }[];
}

// By hand, because Connect keeps its google.rpc.Status to itself.
function decodeDetails(text: string | null | undefined): Status | undefined {
  if (text === null || text === undefined) return undefined;
  try {
    const reader = new BinaryReader(base64Decode(text));
    const status: Status = { code: 0, message: "", details: [] };
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if (field === 1) status.code = reader.int32();
      else if (field === 2) status.message = reader.string();
      else if (field === 3 && status.details.length < MAX_DETAILS)
        status.details.push(decodeAny(reader.bytes()));
      else reader.skip(wireType, field);
    }
    return status;
  } catch {
    return undefined;
  }
}

function decodeAny(bytes: Uint8Array) {
  const reader = new BinaryReader(bytes);
  const any: { type: string; value: Uint8Array } = { type: "", value: new Uint8Array() };
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) any.type = reader.string().replace(/^.*\//, "");
    else if (field === 2) any.value = reader.bytes();
    else reader.skip(wireType, field);
  }
  return any;
}

// By number, because the names would take more of a page.
const CODES_OF_HTTP: Readonly<Record<number, Code>> = {
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
  return CODES_OF_HTTP[status] ?? Code.Unknown;
}
