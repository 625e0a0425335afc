import fc from "fast-check";
import { expect, test } from "vitest";
import { retryAfterMsOf } from "../../src/errors/from-http.js";

const DATE = "Mon, 23 Nov 2026 13:25:28 GMT";

test.each<[fields: Record<string, string>, waitMs: number | undefined]>([
  [{}, undefined],
  [{ "retry-after": "" }, undefined],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "-1" }, undefined],
  [{ "retry-after": "1.5" }, undefined],
  [{ "retry-after": "0" }, 0],
  [{ "retry-after": " 7 " }, 7_000],
  [{ "retry-after": "Mon, 23 Nov 2026 13:25:38 GMT", date: DATE }, 10_000],
  [{ "retry-after": "Mon, 23 Nov 2026 13:25:18 GMT", date: DATE }, 0],
  [{ "retry-after": "Monday, 23-Nov-26 13:25:38 GMT", date: DATE }, 10_000],
])("%j: %s", (fields, waitMs) => {
  expect(retryAfterMsOf(new Headers(fields))).toBe(waitMs);
});

test("whatever a server writes: nothing, or a time that is not negative", () => {
  const text = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)) });
  const date = fc.date({ noInvalidDate: true }).map((it) => it.toUTCString());
  const digits = fc.stringMatching(/^\d{1,400}$/);
  fc.assert(
    fc.property(fc.oneof(text, date, digits), fc.oneof(text, date), (retryAfter, now) => {
      const waitMs = retryAfterMsOf(new Headers({ "retry-after": retryAfter, date: now }));
      if (waitMs !== undefined) expect(waitMs).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 1000 },
  );
});
