import { grpcTimeout } from "../../call/deadline.js";
import { type HttpFields, toFields } from "../../call/fields.js";
import { USER_AGENT } from "../../http/client.js";

/** The header fields of a request: the caller's and the wire's own. */
export function requestFields(
  header: HeadersInit | undefined,
  timeoutMs: number | undefined,
  acceptsGzip: boolean,
  sendsGzip: boolean,
): HttpFields {
  const fields = toFields(header);
  fields["content-type"] = "application/grpc+proto";
  fields.te = "trailers";
  fields["user-agent"] ??= USER_AGENT;
  if (timeoutMs !== undefined) fields["grpc-timeout"] = grpcTimeout(timeoutMs);
  if (acceptsGzip) fields["grpc-accept-encoding"] = "gzip";
  if (sendsGzip) fields["grpc-encoding"] = "gzip";
  return fields;
}
