import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { noteFacts } from "../../errors/facts.js";
import { statusError } from "../grpc-status.js";
import type { HttpFields, HttpResponse } from "../http.js";
import { networkError } from "../network-error.js";
import { tooLarge } from "../read-all.js";
import { COMPRESSED, decodeFrame, PREFIX_BYTES, TRAILERS } from "./framing.js";
import { parseTrailers, toHeaders } from "./trailers.js";

/** What trailers may take in the body, besides the message. */
const MAX_TRAILER_BYTES = 64 * 1024;

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

/**
 * Reads the answer to a unary call: one message and a status, which stands in
 * the trailers behind it, or else in the headers. Behind a status in the
 * headers some proxies send a frame of no trailers (connect-es#1764).
 */
export async function readAnswer(response: HttpResponse, url: string, options: ReadOptions): Promise<Answer> {
  const headerField = (name: string) => response.field(name);
  const headerStatus = headerField("grpc-status");
  const { messages, trailers } = await readBody(response, options).catch((error: unknown) => {
    // The server has spoken; that the rest is lost or no gRPC-web does not matter any more.
    throw (
      (headerStatus !== null && statusError(headerStatus, headerField, () => response.header)) ||
      networkError(error, url)
    );
  });
  const trailerStatus = trailers["grpc-status"];
  const status = trailerStatus ?? headerStatus;
  const metadata = () => {
    const all = toHeaders(trailers);
    response.header.forEach((value, name) => {
      all.append(name, value);
    });
    return all;
  };
  if (status === null) throw missingStatus(options.hasCors, metadata());
  const field = trailerStatus === undefined ? headerField : (name: string) => trailers[name];
  const error = statusError(status, field, metadata);
  if (error) throw noteFacts(error, { httpStatus: response.status });
  const [frame] = messages;
  if (frame === undefined || messages.length > 1) {
    const count = frame === undefined ? "no message" : "more than one message";
    throw new ConnectError(`the answer holds ${count}`, Code.Unimplemented, metadata());
  }
  return { message: await decompressed(frame, response, options.maxBytes, options.accept), trailers };
}

type Frame = ReturnType<typeof decodeFrame>;

async function readBody(response: HttpResponse, { maxBytes, accept }: ReadOptions) {
  const body = await response.bytes(maxBytes + MAX_TRAILER_BYTES).catch((error: unknown) => {
    throw error instanceof ConnectError && error.code === Code.ResourceExhausted ? tooLarge(maxBytes) : error;
  });
  const messages: Frame[] = [];
  let trailers: HttpFields | undefined;
  for (let offset = 0; offset < body.byteLength; ) {
    const frame = decodeFrame(body, offset, maxBytes);
    offset += PREFIX_BYTES + frame.data.byteLength;
    if ((frame.flags & TRAILERS) === 0) {
      // The second is kept to see that there is one.
      if (messages.length < 2) messages.push(frame);
      if (trailers) throw new ConnectError("the answer goes on behind its trailers", Code.Unimplemented);
    } else if (frame.data.byteLength > 0) {
      if (trailers) throw new ConnectError("the answer has trailers twice", Code.Unimplemented);
      trailers = parseTrailers(await decompressed(frame, response, MAX_TRAILER_BYTES, accept));
    }
  }
  return { messages, trailers: trailers ?? {} };
}

function decompressed(
  frame: Frame,
  response: HttpResponse,
  maxBytes: number,
  accept: Compression | undefined,
) {
  if ((frame.flags & COMPRESSED) === 0) return frame.data;
  const encoding = response.field("grpc-encoding");
  if (accept !== undefined && accept.name === encoding) return accept.decompress(frame.data, maxBytes);
  throw new ConnectError(
    `the answer is compressed, with grpc-encoding ${JSON.stringify(encoding)}, which was not asked for`,
    Code.Internal,
    response.header,
  );
}

function missingStatus(hasCors: boolean, metadata: Headers): ConnectError {
  const cors = hasCors
    ? ", or the page may not see it: the server has to send Access-Control-Expose-Headers: grpc-status, grpc-message, grpc-status-details-bin"
    : "";
  return noteFacts(
    new ConnectError(
      `the answer has no grpc-status: a proxy on the way may have dropped the trailers${cors}`,
      Code.Internal,
      metadata,
    ),
    { reason: "not_supported", delivery: "maybe_sent" },
  );
}
