import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { Pieces } from "../read-all.js";
import { isJson } from "./failure.js";
import { httpBody } from "./http-body.js";
import { readLines } from "./lines.js";
import { decodeUtf8 } from "./utf8.js";

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
