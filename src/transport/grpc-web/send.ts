import type { HttpClient, HttpRequest, HttpResponse } from "../http.js";
import { networkError } from "../network-error.js";
import { quoteBody } from "../quote.js";
import { redirectError } from "../redirect.js";
import { foreignAnswer, isGrpcWeb } from "./content-type.js";

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
    // Reads its body, which gives the connection back.
    void quoteBody(response);
    throw redirect;
  }
  if (!isGrpcWeb(response)) throw await foreignAnswer(response);
  return response;
}
