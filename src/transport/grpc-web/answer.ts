import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import type { HttpFields } from "../../call/fields.js";
import { tooLarge } from "../../http/bytes.js";
import type { HttpResponse } from "../../http/client.js";
import { networkError } from "../../http/network-error.js";
import { decodeMessage } from "../message-bytes.js";
import { withoutSent } from "../unexpected-answer.js";
import { COMPRESSED, decodeFrames, type Frame, MAX_TRAILER_BYTES, readFrames, TRAILERS } from "./framing.js";
import { answerError, headerError, mergedMetadata, parseTrailers, toHeaders } from "./trailers.js";

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

/** What is in a frame, decompressed; fails with Internal where it is compressed in a way that nobody asked for. */
function contentOf(
  { flags, data }: Frame,
  response: HttpResponse,
  maxBytes: number,
  accept: Compression | undefined,
): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
  if ((flags & COMPRESSED) === 0) return data;
  const encoding = response.field("grpc-encoding");
  if (accept !== undefined && accept.name === encoding) return accept.decompress(data, maxBytes);
  throw new ConnectError(
    `the answer is compressed, with grpc-encoding ${JSON.stringify(encoding)}, which was not asked for`,
    Code.Internal,
    response.header,
  );
}
