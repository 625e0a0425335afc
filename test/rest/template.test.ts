import { describe, expect, it } from "vitest";
import { matchSegments, parseTemplate } from "../../src/transport/rest/template.js";

describe("path templates", () => {
  it.each([
    ["/", [], [], ""],
    ["/v1/users", ["v1", "users"], [], ""],
    ["/v1/users:search", ["v1", "users:search"], [], ""],
    ["/v1/*/x/**", ["v1", "*", "x", "**"], [], ""],
    ["/users/{id}", ["users", "*"], [["id", 1, 2]], ""],
    ["/users/{id}/_do", ["users", "*", "_do"], [["id", 1, 2]], ""],
    ["/users/{id=*}", ["users", "*"], [["id", 1, 2]], ""],
    ["/{a.b_c.d}", ["*"], [["a.b_c.d", 0, 1]], ""],
    ["/v1/{name=shelves/*/books/*}", ["v1", "shelves", "*", "books", "*"], [["name", 1, 5]], ""],
    ["/v1/{name=shelves/**}:read", ["v1", "shelves", "**"], [["name", 1, 3]], "read"],
    ["/{name=**}", ["**"], [["name", 0, 1]], ""],
    [
      "/{a}/{b}:one:two",
      ["*", "*"],
      [
        ["a", 0, 1],
        ["b", 1, 2],
      ],
      "one:two",
    ],
    ["/v1/*:verb", ["v1", "*"], [], "verb"],
    ["/v1/%41~b;c=d,e", ["v1", "%41~b;c=d,e"], [], ""],
  ])("%s", (text, segments, variables, verb) => {
    expect(parseTemplate(text)).toEqual({
      text,
      segments,
      variables: variables.map(([fieldPath, start, end]) => ({ fieldPath, start, end })),
      verb,
    });
  });

  it.each([
    ["", "empty"],
    ["v1/users", "no slash in front"],
    ["/v1//users", "an empty segment"],
    ["/v1/users/", "a slash at the end"],
    ["/v1/{id", "an open brace"],
    ["/v1/id}", "a brace too many"],
    ["/v1/{}", "no field"],
    ["/v1/{id=}", "no pattern"],
    ["/v1/{id=a//b}", "an empty segment in a pattern"],
    ["/v1/{a={b}}", "a field in a field"],
    ["/v1/{1a}", "no identifier"],
    ["/v1/x{id}", "text before a field"],
    ["/**/{name=**}", "two deep wildcards"],
    ["/v1/a b", "a space"],
    ["/v1/%4", "half an escape"],
    ["/v1?x=1", "a query"],
  ])("refuses %j: %s", (text) => {
    expect(() => parseTemplate(text)).toThrow(`${JSON.stringify(text)} is not a path template`);
  });
});

describe("segments of a path", () => {
  it.each([
    [["a"], ["a"], true],
    [["a"], ["b"], false],
    [["*"], ["b"], true],
    [["*"], ["b", "c"], false],
    [["**"], ["b", "c"], true],
    [["**"], [], false],
    [["a", "**", "z"], ["a", "b", "z"], true],
    [["a", "**", "z"], ["a", "b", "c", "z"], true],
    [["a", "**", "z"], ["a", "z"], false],
    [["a", "**", "z"], ["a", "b", "c"], false],
  ])("%j and %j: %s", (pattern, segments, matches) => {
    expect(matchSegments(pattern, segments)).toBe(matches);
  });
});
