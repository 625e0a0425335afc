import { create, type DescMessage, type Message, type MessageShape } from "@bufbuild/protobuf";
import { Pieces, tooLarge } from "../../http/bytes.js";
import { isJson } from "./errors.js";
import { decodeUtf8 } from "./json.js";

/** Whether this is `google.api.HttpBody`, whose content travels as it is instead of as JSON. */
export function isHttpBody(desc: DescMessage): boolean {
  return desc.typeName === "google.api.HttpBody";
}

/** Content of an `HttpBody`, and its type. */
export function contentOf(message: Message): { bytes: Uint8Array<ArrayBuffer>; contentType: string } {
  const data: unknown = Reflect.get(message, "data");
  return {
    bytes: data instanceof Uint8Array ? new Uint8Array(data) : new Uint8Array(),
    contentType: String(Reflect.get(message, "contentType") || "application/octet-stream"),
  };
}

/** An `HttpBody` with this content. Its `extensions` have no place in an answer. */
export function httpBody<Desc extends DescMessage>(
  desc: Desc,
  bytes: Uint8Array,
  contentType: string | null,
): MessageShape<Desc> {
  return Object.assign(create(desc), { data: bytes, contentType: contentType ?? "" });
}

const NEWLINE = 10;
/** How grpc-gateway begins the line of an error, also in between bytes of another type. */
const ERROR = '{"error":';

/**
 * Reads a stream of `HttpBody`, whose content stands there without frames. Text
 * comes line by line, which is how grpc-gateway parts messages; other types as
 * their bytes arrive, with what the server puts in between.
 *
 * @param onError called with a line that may be an error, to throw it
 */
export async function* readContent<Desc extends DescMessage>(
  chunks: AsyncIterable<Uint8Array>,
  desc: Desc,
  contentType: string | null,
  maxBytes: number,
  onError: (line: string) => void,
): AsyncGenerator<MessageShape<Desc>> {
  // In JSON an error could not be told from content.
  const check = (bytes: Uint8Array) => {
    if (!isJson(contentType) && mayBeError(bytes, 0)) onError(decodeUtf8(bytes));
  };
  if (/^text\//i.test(contentType ?? "")) {
    for await (const line of readLines(chunks, maxBytes)) {
      check(line);
      yield httpBody(desc, line, contentType);
    }
    return;
  }
  // A last line that may be the start of an error has to wait for its end.
  const kept = new Pieces();
  for await (const chunk of chunks) {
    const isOver = chunk.includes(NEWLINE) || kept.size + chunk.byteLength > maxBytes;
    if (kept.size >= ERROR.length && !isOver) {
      kept.add(chunk);
      continue;
    }
    kept.add(chunk);
    const bytes = kept.take();
    const start = bytes.byteLength > maxBytes ? bytes.byteLength : lastLine(bytes);
    const end = mayBeError(bytes, start) ? start : bytes.byteLength;
    if (end < bytes.byteLength) kept.add(bytes.subarray(end));
    if (end > 0) yield httpBody(desc, bytes.subarray(0, end), contentType);
  }
  const rest = kept.take();
  check(rest);
  if (rest.byteLength > 0) yield httpBody(desc, rest, contentType);
}

/** Where the last line starts; its own newline does not count. */
function lastLine(bytes: Uint8Array): number {
  return bytes.byteLength < 2 ? 0 : bytes.lastIndexOf(NEWLINE, bytes.byteLength - 2) + 1;
}

function mayBeError(bytes: Uint8Array, start: number): boolean {
  const head = String.fromCharCode(...bytes.subarray(start, start + ERROR.length));
  return head !== "" && ERROR.startsWith(head);
}

/**
 * The lines of a body as they come, without their newline; the last one also
 * without one. Fails with ResourceExhausted where one has more than `maxBytes`.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const pieces = new Pieces();
  const add = (piece: Uint8Array) => {
    if (pieces.size + piece.byteLength > maxBytes) throw tooLarge(maxBytes);
    if (piece.byteLength > 0) pieces.add(piece);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      yield pieces.take();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (pieces.size > 0) yield pieces.take();
}
