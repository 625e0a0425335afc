import { ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../../errors/facts.js";
import type { HttpResponse } from "../http.js";
import { codeOfHttpStatus } from "../http-code.js";
import { quoteBody } from "../quote.js";

/**
 * Fails for an answer that is no gRPC-web: a proxy's page, another server. A
 * `grpc-status` counts as gRPC-web whatever stands beside it. The code follows
 * from the HTTP status.
 */
export async function requireGrpcWeb(response: HttpResponse): Promise<void> {
  const { status } = response;
  if (response.field("grpc-status") !== null) return;
  const contentType = response.field("content-type");
  const isOk = status >= 200 && status < 300;
  if (isOk && contentType !== null && /^application\/grpc-web(\+proto)?\s*(;|$)/i.test(contentType)) return;
  const type = contentType?.match(/^[\w.+-]+\/[\w.+-]+/)?.[0] ?? "no content type";
  const quote = await quoteBody(response);
  throw noteFacts(
    new ConnectError(
      `the server answered HTTP ${status} with ${type} instead of gRPC-web${quote && `: "${quote}"`}`,
      codeOfHttpStatus(status),
      response.header,
    ),
    { httpStatus: status },
  );
}
