import { ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../../errors/facts.js";
import type { HttpResponse } from "../http.js";
import { codeOfHttpStatus } from "../http-code.js";
import { quoteBody } from "../quote.js";

/** Tells whether an answer is gRPC-web; a `grpc-status` counts as that whatever stands beside it. */
export function isGrpcWeb(response: HttpResponse): boolean {
  if (response.field("grpc-status") !== null) return true;
  const isOk = response.status >= 200 && response.status < 300;
  return isOk && /^application\/grpc-web(\+proto)?\s*(;|$)/i.test(response.field("content-type") ?? "");
}

/**
 * The error of an answer that is no gRPC-web: a proxy's page, another server.
 * Its code follows from the HTTP status.
 */
export async function foreignAnswer(response: HttpResponse): Promise<ConnectError> {
  const { status } = response;
  const type = response.field("content-type")?.match(/^[\w.+-]+\/[\w.+-]+/)?.[0] ?? "no content type";
  const quote = await quoteBody(response);
  return noteFacts(
    new ConnectError(
      `the server answered HTTP ${status} with ${type} instead of gRPC-web${quote && `: "${quote}"`}`,
      codeOfHttpStatus(status),
      response.header,
    ),
    { httpStatus: status },
  );
}
