import { foreignAnswer } from "../foreign-answer.js";
import type { HttpClient, HttpRequest, HttpResponse } from "../http.js";
import { codeOfHttpStatus } from "../http-code.js";
import { networkError } from "../network-error.js";
import { quoteBody } from "../quote.js";
import { redirectError } from "../redirect.js";
import { isGrpcWeb } from "./content-type.js";

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
