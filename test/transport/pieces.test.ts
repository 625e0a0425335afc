import fc from "fast-check";
import { expect, test } from "vitest";
import { Pieces } from "../../src/http/bytes.js";

test("bytes in pieces of any size come out as they were", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (parts) => {
      const pieces = new Pieces();
      for (const part of parts) pieces.add(part);
      const all = parts.flatMap((part) => [...part]);
      expect([...pieces.bytes()]).toEqual(all);
      expect([...pieces.take()]).toEqual(all);
      expect(pieces.bytes()).toHaveLength(0);
    }),
  );
});

test("a hundred thousand bytes one by one take little more than themselves", () => {
  const pieces = new Pieces();
  for (let at = 0; at < 100_000; at++) pieces.add(Uint8Array.of(at));
  expect(pieces.bytes().buffer.byteLength).toBeLessThanOrEqual(200_000);
});

test("a single piece is not copied, and is not written to when another one comes", () => {
  const whole = Uint8Array.of(1, 2, 3, 4);
  const pieces = new Pieces();
  pieces.add(whole.subarray(0, 2));
  expect(pieces.bytes().buffer).toBe(whole.buffer);
  pieces.add(Uint8Array.of(9));
  expect([...pieces.bytes(), ...whole]).toEqual([1, 2, 9, 1, 2, 3, 4]);
});
