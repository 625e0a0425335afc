import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isEmailAddress, maskEmail } from "../../src/call/email-address.js";

describe("an address", () => {
  test.each([
    "me@example.com",
    "first.last+tag@sub.example.co.uk",
    "o'brien@example.ie",
    "a@b",
    "root@localhost",
    "x@xn--bcher-kva.example",
    "jürgen@bücher.example",
    "用户@例子.广告",
    "1234567890@example.com",
    "-@example.com",
    ".a..b.@example.com",
    `${"x".repeat(64)}@example.com`,
    `me@${"x".repeat(63)}.com`,
  ])("%s", (text) => expect(isEmailAddress(text)).toBe(true));
});

describe("none", () => {
  test.each([
    "",
    "me",
    "163840776835432705",
    "@example.com",
    "me@",
    "me@@example.com",
    "me@example.com@example.org",
    "me @example.com",
    "me@exam ple.com",
    " me@example.com",
    "me@example.com ",
    "me@example.com\n",
    "me\u0000@example.com",
    "me@example.com\u200b",
    "me@-example.com",
    "me@example-.com",
    "me@example..com",
    "me@example.com.",
    "me@.example.com",
    `me@${"x".repeat(64)}.com`,
    "Me <me@example.com>",
    "me@example.com, you@example.com",
    "mailto:me@example.com",
    '"me you"@example.com',
    "me@[127.0.0.1]",
    "me(comment)@example.com",
    "not-an-email",
    "  ",
  ])("%j", (text) => expect(isEmailAddress(text)).toBe(false));
});

// WHATWG HTML's own expression, https://html.spec.whatwg.org/#valid-e-mail-address
const HTML =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

test("in ASCII the rule is HTML's", () => {
  const nearly = fc.string({ unit: fc.constantFrom(...'aZ09.@-_+ !"(),:;<>[]\\\n'), maxLength: 12 });
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string({ unit: "binary-ascii" }), fc.emailAddress()), (text) => {
      expect(isEmailAddress(text)).toBe(HTML.test(text));
    }),
    { numRuns: 2000 },
  );
});

test("long texts take no long time", () => {
  for (const text of [
    "a".repeat(200),
    `a@${"a".repeat(198)}`,
    `a@${"a-".repeat(99)}`,
    `a@${"a.".repeat(99)}`,
  ]) {
    const startedAt = performance.now();
    for (let n = 0; n < 100; n++) isEmailAddress(`${text}!`);
    // Orders of magnitude away from what exponential backtracking takes.
    expect(performance.now() - startedAt).toBeLessThan(2000);
  }
});

describe("masked", () => {
  test.each([
    ["jane@example.com", "j…@example.com"],
    ["żółw@example.com", "ż…@example.com"],
    ["😀x@example.com", "😀…@example.com"],
    ["a@b@c", "a…@c"],
    ["not-an-email", "n…"],
    ["@x", "@…"],
    ["", "…"],
  ])("%s", (text, masked) => expect(maskEmail(text)).toBe(masked));

  test("nothing of the local part but its first character is left", () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const local = address.slice(0, address.lastIndexOf("@"));
        const [first] = local;
        expect(maskEmail(address)).toBe(`${first}…${address.slice(local.length)}`);
      }),
    );
  });
});
