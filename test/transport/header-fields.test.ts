import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toFields } from "../../src/call/fields.js";
import { explainError } from "../../src/errors/explain.js";

const name = fc.stringMatching(/^[A-Za-z][\w!#$%&'*+.^`|~-]{0,8}$/);
/** What may stand in a field, and what `Headers` trims or refuses. */
const value = fc
  .array(fc.constantFrom(..." \t\n\r\v\fab,;\xa0\xff\uFEFF✓\0"), { maxLength: 12 })
  .map((all) => all.join(""));

/** The same by the runtime's own class, in Latin-1; undefined where it refuses them. */
function byHeaders(init: [string, string][]): Record<string, string> | undefined {
  try {
    return Object.fromEntries(new Headers(init));
  } catch {
    return undefined;
  }
}

function byUs(init: HeadersInit): Record<string, string> | undefined {
  try {
    return toFields(init);
  } catch (error) {
    expect(explainError(error)).toMatchObject({ reason: "invalid_request", delivery: "not_sent" });
    return undefined;
  }
}

describe("toFields", () => {
  it("keeps and trims values as Headers does, in every form, or refuses more", () => {
    let kept = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 3 }), (pairs) => {
        const fields = byUs(pairs);
        if (fields === undefined) return;
        kept += 1;
        expect(fields).toEqual(byHeaders(pairs));
        // Joined, an empty value leaves white space at an end.
        const trimmed = Object.entries(fields).map(([key, all]) => [key, all.replace(/^ | $/g, "")]);
        expect(toFields(new Headers(pairs))).toEqual(Object.fromEntries(trimmed));
        const record = Object.fromEntries(pairs);
        expect(toFields(record)).toEqual(byHeaders(Object.entries(record)));
      }),
      { numRuns: 1000 },
    );
    expect(kept).toBeGreaterThan(100);
  });

  it.each([
    ["69629012906488334 ", "69629012906488334"],
    ["\r\n\t a \t b \r\n", "a \t b"],
    ["\xa0a\xa0", "\xa0a\xa0"],
    [" ", ""],
  ])("%j is sent as %j", (given, sent) => {
    expect(toFields({ "X-A": given })).toEqual({ "x-a": sent });
  });

  it.each(["a\nb", "a\r\nx-evil: 1", "a\vb", "a\0", "✓"])("%j is refused", (given) => {
    expect(() => toFields({ "x-a": given })).toThrow(/the header field "x-a" has a character/);
  });

  it("takes what is not a text as Headers does, but leaves out what is missing", () => {
    const untyped = { a: 5, b: true, c: ["1", "2"], d: undefined, e: null };
    expect(Reflect.apply(toFields, undefined, [untyped])).toEqual({ a: "5", b: "true", c: "1,2" });
  });
});
