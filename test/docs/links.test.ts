import { existsSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, it } from "vitest";
import { documents, proseOf, read, root } from "./documents.js";

/** Links and pictures to places in the project: `target` as it is written, and what it leads to. */
const links = documents.flatMap((from) =>
  [...proseOf(from).matchAll(/\]\((?!https:)([^)]+)\)/g)].map(([, target = ""]) => {
    const [path = "", anchor] = target.split("#");
    return { from, target, file: path === "" ? from : normalize(join(dirname(from), path)), anchor };
  }),
);

/** The anchors that GitHub gives to a document's headings. */
function anchorsOf(path: string): string[] {
  return [...proseOf(path).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-"),
  );
}

const said = (broken: typeof links) => broken.map(({ from, target }) => `${from}: ${target}`);

it("every link leads to a file", () => {
  expect(links.length).toBeGreaterThan(40);
  expect(said(links.filter(({ file }) => !existsSync(join(root, file))))).toEqual([]);
});

it("every anchor is a heading", () => {
  const anchored = links.filter(({ anchor }) => anchor !== undefined);
  expect(anchored.length).toBeGreaterThan(5);
  expect(said(anchored.filter(({ file, anchor }) => !anchorsOf(file).includes(anchor ?? "")))).toEqual([]);
});

it("the README leads to every document", () => {
  const fromReadme = links.filter(({ from }) => from === "README.md").map(({ file }) => file);
  expect(documents.filter((path) => path !== "README.md" && !fromReadme.includes(path))).toEqual([]);
});

it("the documents lead to every example", () => {
  const files = links.map(({ file }) => file);
  const examples = readdirSync(join(root, "examples")).map((name) => join("examples", name));
  expect(examples.filter((path) => !files.includes(path))).toEqual([]);
});

it("README.md has at most 200 lines", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(201);
});
