import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { hide, mask, reveal } from "../../src/cli/mask.js";

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
    ["ada%40example.com", "a***%40example.com"],
    ["Basic YWRhOnNlY3JldA==", "Basic ***"],
    ["a -----BEGIN RSA PRIVATE KEY----- MIIC -----END RSA PRIVATE KEY----- b", "a *** b"],
    ["a -----BEGIN RSA PRIVATE KEY-----\nMIIC", "a ***"],
    ["token kV9xQm4zT2xhZGVsUGVyc29uYWxBY2Nlc3NUb2tlbjEy,", "token ***,"],
    ["\u001b]0;title\u0007a\u009d0;title\u009cb\u009b31mc\u001b(Bd", "abcd"],
    ["\u202eevil\u2066\u200e\u061c\u200b\ufeff\u00ad\u3164", "evil"],
    ["a\u0085b\u2029c", "a b c"],
  ])("prints %j as %j", (text, printed) => {
    expect(mask(text)).toBe(printed);
  });

  it("keeps out what it was told to hide, wherever it stands", () => {
    hide("s3cret-token");
    hide("");
    expect(mask("x s3cret-token, s3cret-token/y")).toBe("x ***, ***/y");
  });

  it("keeps out its front, which is what messages quote, and finds it across lines and invisible signs", () => {
    hide("first line of it\nsecond line of it");
    expect(mask("'first line of it\nsecond line of it'")).toBe("'***'");
    expect(mask('"first line of it\\nsecond line of it"')).toBe('"***"');
    expect(mask('"first line"…')).toBe('"***"…');
    expect(mask("first\u200b line of it\u0007 second line of it.")).toBe("***.");
    expect(mask("first")).toBe("first");
  });

  it("shows again what was no secret", () => {
    hide("no-secret-at-all");
    reveal("no-secret-at-all");
    expect(mask("no-secret-at-all")).toBe("no-secret-at-all");
  });

  it("cuts a long text", () => {
    expect(mask("x ".repeat(5_000))).toBe(`${"x ".repeat(500)}…`);
    expect(mask("😀".repeat(600))).toBe(`${"😀".repeat(500)}…`);
    expect(mask(`${" ".repeat(5_000)}x`)).toBe("…");
  });

  it.each(["eyJ-", "a@", "a", "://", "-----BEGIN ", "\u001b]", "\u001b[;?", "Bearer ", "\u009d"])(
    "looks at the front of %j repeated, however long that is",
    (piece) => {
      const replace = vi.spyOn(String.prototype, "replace");
      mask(piece.repeat(200_000));
      const sizes = replace.mock.contexts.map((text) => String(text).length);
      replace.mockRestore();
      expect(sizes.length).toBeGreaterThan(5);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(4096);
    },
  );

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
          expect(printed).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          expect(printed).not.toContain(`${user}@`);
        },
      ),
    );
  });
});
