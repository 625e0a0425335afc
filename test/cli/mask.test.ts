import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hide, mask } from "../../src/cli/mask.js";

describe("mask", () => {
  it.each([
    ["no such user ada@example.com", "no such user a***@example.com"],
    ["ada.l+x@mail.example.co.uk, then", "a***@mail.example.co.uk, then"],
    ['"ада@пример.рф"', '"а***@пример.рф"'],
    ["authorization: Bearer abc.def-ghi", "authorization: Bearer ***"],
    ["bearer  AbC=='", "Bearer ***'"],
    ["got eyJhbGciOi.eyJzdWIi.c2ln here", "got *** here"],
    ["https://user:secret@host/", "https://host/"],
    ["one\r\ntwo\u2028three\tfour", "one two three four"],
    ["\u001b[31mred\u001b[0m\u0007", "red"],
    ["163840776835432705", "163840776835432705"],
  ])("prints %j as %j", (text, printed) => {
    expect(mask(text)).toBe(printed);
  });

  it("keeps out what it was told to hide, wherever it stands", () => {
    hide("s3cret-token");
    hide("");
    expect(mask("x s3cret-token, s3cret-token/y")).toBe("x ***, ***/y");
  });

  it("never prints more than one line, a control character or a whole address", () => {
    const word = fc.stringMatching(/^[a-z]{2,9}$/);
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        word,
        word,
        fc.string({ unit: "binary" }),
        (before, user, host, after) => {
          const printed = mask(`${before} ${user}@${host}.example ${after}`);
          expect(printed).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
          expect(printed).not.toContain(`${user}@`);
        },
      ),
    );
  });
});
