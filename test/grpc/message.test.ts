import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addPart,
  bytesOf,
  emptyMessage,
  frameMessage,
  isComplete,
  type PartialMessage,
  readPrefix,
} from "../../src/transport/grpc/message.js";

/** Takes bytes in pieces that end at the given places. */
function take(bytes: Uint8Array<ArrayBuffer>, cuts: number[], maxBytes = 1024): PartialMessage {
  const message = emptyMessage();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    addPart(message, bytes.slice(start, end));
    readPrefix(message, maxBytes);
    start = end;
  }
  return message;
}

const payloads = fc.uint8Array({ maxLength: 200 });
const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe("a message in pieces", () => {
  test("is put together wherever it was split", () => {
    fc.assert(
      fc.property(payloads, fc.boolean(), cuts, (payload, compressed, cuts) => {
        const message = take(Uint8Array.from(frameMessage(payload, compressed)), cuts);
        expect(isComplete(message)).toBe(true);
        expect(message.compressed).toBe(compressed);
        expect([...bytesOf(message)]).toEqual([...payload]);
      }),
    );
  });

  test("is not complete before its last byte, nor with more behind it", () => {
    fc.assert(
      fc.property(payloads, payloads, cuts, fc.nat(), (payload, more, cuts, missing) => {
        const frame = Uint8Array.from(frameMessage(payload, false));
        expect(isComplete(take(frame.slice(0, missing % frame.length), cuts))).toBe(false);
        const tooMuch = Uint8Array.from([...frame, ...more, 0]);
        const message = take(tooMuch, cuts);
        expect(isComplete(message)).toBe(false);
        expect(message.receivedBytes).toBe(tooMuch.length);
      }),
    );
  });

  test("keeps nothing of what comes behind it", () => {
    const message = take(Uint8Array.from(frameMessage(Buffer.from("abc"), false)), []);
    for (let n = 0; n < 100; n++) addPart(message, new Uint8Array(1000));
    expect(message.pieces.size).toBe(8);
    expect(message.receivedBytes).toBe(8 + 100_000);
  });

  test("may be as large as the limit, and no byte larger", () => {
    const frame = (length: number) => Uint8Array.from(frameMessage(new Uint8Array(length), false));
    expect(isComplete(take(frame(10), [], 10))).toBe(true);
    expect(() => take(frame(11), [], 10)).toThrow(
      "[resource_exhausted] the answer is larger than 10 bytes; readMaxBytes sets the limit",
    );
    // The prefix is enough: nothing has to come that says that it is too much.
    expect(() => take(Uint8Array.from([0, 0xff, 0xff, 0xff, 0xff]), [])).toThrow("larger than");
  });
});
