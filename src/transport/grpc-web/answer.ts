import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import type { HttpFields } from "../fields.js";
import type { HttpResponse } from "../http.js";
import { networkError } from "../network-error.js";
import { tooLarge } from "../read-all.js";
import { contentOf } from "./decompress.js";
import { decodeFrames, type Frame, MAX_TRAILER_BYTES, TRAILERS } from "./framing.js";
import { answerError, headerError, mergedMetadata } from "./status.js";
import { parseTrailers } from "./trailers.js";

/** How an answer may be read. */
export interface ReadOptions {
  /** Largest message, decompressed. */
  readonly maxBytes: number;
  /** What the answer may be compressed with. */
  readonly accept: Compression | undefined;
  /** Where pages cannot see every header of an answer. */
  readonly hasCors: boolean;
}

/** What a successful unary call brought. */
export interface Answer {
  readonly message: Uint8Array<ArrayBuffer>;
  readonly trailers: HttpFields;
}

/** Reads the answer to a unary call: one message and a status. */
export async function readAnswer(response: HttpResponse, url: string, options: ReadOptions): Promise<Answer> {
  let body: Awaited<ReturnType<typeof readBody>>;
  try {
    body = await readBody(response, options);
  } catch (error) {
    // Where the server has spoken, it does not matter that the rest is lost or no gRPC-web.
    throw headerError(response) ?? networkError(isTooLarge(error) ? tooLarge(options.maxBytes) : error, url);
  }
  const { messages, trailers } = body;
  const error = answerError(response, trailers, options.hasCors);
  if (error) throw error;
  const [frame] = messages;
  if (frame === undefined || messages.length > 1) {
    const count = frame === undefined ? "no message" : "more than one message";
    const metadata = mergedMetadata(response, trailers);
    throw new ConnectError(`the answer holds ${count}`, Code.Unimplemented, metadata);
  }
  return { message: await contentOf(frame, response, options.maxBytes, options.accept), trailers };
}

/** It counts the trailers too, and would name a limit that nobody set. */
function isTooLarge(error: unknown): boolean {
  return error instanceof ConnectError && error.code === Code.ResourceExhausted;
}

async function readBody(response: HttpResponse, { maxBytes, accept }: ReadOptions) {
  const body = await response.bytes(maxBytes + MAX_TRAILER_BYTES);
  const messages: Frame[] = [];
  let trailers: HttpFields | undefined;
  for (const frame of decodeFrames(body, maxBytes)) {
    // An empty one says nothing, not even that it is the end.
    if ((frame.flags & TRAILERS) !== 0 && frame.data.byteLength === 0) continue;
    if (trailers) throw new ConnectError("the answer goes on behind its trailers", Code.Unimplemented);
    if ((frame.flags & TRAILERS) !== 0) {
      trailers = parseTrailers(await contentOf(frame, response, MAX_TRAILER_BYTES, accept));
    } else if (messages.length < 2) {
      // The second is kept to see that there is one.
      messages.push(frame);
    }
  }
  return { messages, trailers: trailers ?? {} };
}
