import { Pieces, tooLarge } from "../read-all.js";

const NEWLINE = 10;

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
