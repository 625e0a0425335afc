import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanTarget, pathOf } from "../../src/sandbox/target.js";

const clean = (target: string) => cleanTarget(target, pathOf(target) ?? "");

test.each([
  ["/a/b", "/a/b"],
  ["/a/b/", "/a/b/"],
  ["/", "/"],
  ["/a//b", "/a/b"],
  ["/a/./b", "/a/b"],
  ["/a/../b", "/b"],
  ["/a/%2e%2e/b", "/b"],
  ["/a%2F%2Fb", "/a/b"],
  ["/a/..", "/"],
  ["/a/.", "/a"],
  ["/a/./", "/a/"],
  ["/../../x", "/x"],
  ["/a/.../b", "/a/.../b"],
  ["/a/..b", "/a/..b"],
  ["//x?y=/../z#a", "/x?y=/../z#a"],
  ["/x?y=//", "/x?y=//"],
  ["//%C3%A9%20%22%25%3F%23", "/%C3%A9%20%22%25%3F%23"],
  ["//a;b,c:d@e&f=g+h$i!j*k'l(m)n[o]p^q|r", "/a;b,c:d@e&f=g+h$i%21j%2Ak%27l%28m%29n%5Bo%5Dp%5Eq%7Cr"],
])("%s becomes %s", (target, expected) => {
  expect(clean(target)).toBe(expected);
});

test.each(["/%", "/%z", "/%2", "/%zz"])("%s has no path", (target) => {
  expect(pathOf(target)).toBeUndefined();
});

test("what is clean stays as it is", () => {
  fc.assert(
    fc.property(fc.webPath(), (path) => {
      const once = clean(`/${path}`);
      expect(clean(once)).toBe(once);
    }),
  );
});
