import type { HttpClient, HttpRequest, HttpResponse } from "../../http/client.js";
import { networkError } from "../../http/network-error.js";
import { codeOfHttpStatus } from "../grpc-status.js";
import { foreignAnswer, quoteBody, redirectError } from "../unexpected-answer.js";

/** Makes the HTTP request of a call, and sees to it that what comes back is gRPC-web. */
export async function sendRequest(http: HttpClient, request: HttpRequest): Promise<HttpResponse> {
  let response: HttpResponse;
  try {
    response = await http(request);
  } catch (error) {
    throw networkError(error, request.url);
  }
  const redirect = redirectError(response, request.url);
  if (redirect) {
    response.discard();
    throw redirect;
  }
  if (!isGrpcWeb(response)) {
    const { status, header } = response;
    throw foreignAnswer(
      status,
      codeOfHttpStatus(status),
      header,
      await quoteBody(response, request.fields),
      "gRPC-web",
    );
  }
  return response;
}

/** Tells whether an answer is gRPC-web; a `grpc-status` counts as that whatever stands beside it. */
function isGrpcWeb(response: HttpResponse): boolean {
  if (response.field("grpc-status") !== null) return true;
  const isOk = response.status >= 200 && response.status < 300;
  return isOk && /^application\/grpc-web(\+proto)?\s*(;|$)/i.test(response.field("content-type") ?? "");
}
