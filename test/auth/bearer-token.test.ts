import { Code, ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkBearerToken } from "../../src/auth/checks.js";
import { factsOf } from "../../src/errors/facts.js";

function problem(token: unknown): string {
  try {
    checkBearerToken(token, "the token");
  } catch (error) {
    expect(error).toBeInstanceOf(ConnectError);
    if (!(error instanceof ConnectError)) throw error;
    expect(error.code).toBe(Code.Unauthenticated);
    expect(factsOf(error)).toEqual({ reason: "unauthenticated", delivery: "not_sent" });
    return error.rawMessage;
  }
  return "";
}

describe("checkBearerToken", () => {
  it.each(["a", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "-._~+/09AZaz==", "dGVzdA"])("takes %s", (token) => {
    expect(checkBearerToken(token, "the token")).toBe(token);
  });

  it.each([
    [undefined, "the token is of type undefined; expected a string"],
    [null, "the token is of type object; expected a string"],
    [{}, "the token is of type object; expected a string"],
    [1234, "the token is of type number; expected a string"],
    ["", "the token is empty"],
    [" \n", "the token is empty"],
    ["Bearer abc", 'the token starts with "Bearer"; pass the token alone'],
    ["bearer\tabc", 'the token starts with "Bearer"; pass the token alone'],
    ["abc\n", /holds a character that no token has/],
    ["\uFEFFabc", /holds a character that no token has/],
    ["abc\r\nx-evil: 1", /holds a character that no token has/],
    ["abc def", /holds a character that no token has/],
    ["abc\0", /holds a character that no token has/],
    ["абв", /holds a character that no token has/],
    ['"abc"', /holds a character that no token has/],
    ["abc, Bearer def", /holds a character that no token has/],
    ["=abc", /holds a character that no token has/],
  ])("refuses %j", (token, message) => {
    expect(problem(token)).toMatch(message);
  });

  it("lets through only what stays one header value, and quotes nothing of the rest", () => {
    const char = fc.oneof(
      fc.constantFrom("\r", "\n", "\0", " ", ",", ";", "=", "é"),
      fc.string({ maxLength: 1 }),
    );
    fc.assert(
      fc.property(
        fc.array(char, { minLength: 8, maxLength: 40 }).map((all) => all.join("")),
        (token) => {
          const said = problem(token);
          if (said === "") {
            expect(new Headers({ authorization: `Bearer ${token}` }).get("authorization")).toBe(
              `Bearer ${token}`,
            );
            expect(token).toMatch(/^[\x21-\x7e]+$/);
          } else if (token.trim().length >= 8) {
            expect(said).not.toContain(token.trim());
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
