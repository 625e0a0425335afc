import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { HttpFields } from "../fields.js";
import type { HttpResponse } from "../http.js";
import { decodeMessage } from "../message-bytes.js";
import { networkError } from "../network-error.js";
import { withoutSent } from "../quote.js";
import type { ReadOptions } from "./answer.js";
import { contentOf } from "./decompress.js";
import { MAX_TRAILER_BYTES, readFrames, TRAILERS } from "./framing.js";
import { answerError } from "./status.js";
import { parseTrailers, toHeaders } from "./trailers.js";

/** Reads the messages of an answer as they come, and fills in its trailers at the end. */
export async function* readMessages<Desc extends DescMessage>(
  response: HttpResponse,
  url: string,
  schema: Desc,
  trailer: Headers,
  { maxBytes, accept, hasCors }: ReadOptions,
  sent: Readonly<HttpFields>,
): AsyncGenerator<MessageShape<Desc>> {
  let trailers: HttpFields | undefined;
  try {
    for await (const frame of readFrames(response.chunks(), maxBytes)) {
      if ((frame.flags & TRAILERS) !== 0 && frame.data.byteLength === 0) continue;
      if (trailers) throw new ConnectError("the answer goes on behind its trailers", Code.Unimplemented);
      if ((frame.flags & TRAILERS) === 0) {
        yield decodeMessage(schema, await contentOf(frame, response, maxBytes, accept));
      } else {
        trailers = parseTrailers(await contentOf(frame, response, MAX_TRAILER_BYTES, accept));
      }
    }
  } catch (error) {
    throw networkError(error, url);
  }
  toHeaders(trailers ?? {}).forEach((value, name) => {
    trailer.append(name, value);
  });
  const error = answerError(response, trailers ?? {}, hasCors);
  if (error) throw withoutSent(error, sent);
}
