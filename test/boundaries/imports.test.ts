import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The parts of the package, from the ground up: each may import those above it
 * in this list, and nothing else. `auth` and `transport` never meet.
 */
const PARTS: readonly (readonly [part: string, mayNot?: readonly string[]])[] = [
  ["gen"],
  ["zitadel"],
  ["errors"],
  ["options"],
  ["call"],
  ["http"],
  ["auth", ["http"]],
  ["transport", ["auth", "zitadel"]],
  ["client"],
  ["node"],
  ["web"],
  ["sandbox", ["web"]],
  ["cli", ["web"]],
];

/** Files right under `src/` that more than the client needs. */
const CONTRACT = ["options.ts", "credential.ts"];

/** The only places that may reach Node and what is built on it. */
const NODE_PLACES = /^src\/(http\/node|transport\/grpc|node|sandbox|cli)\//;
const NODE_MODULE = /^(node:|undici$|@connectrpc\/connect-node$)/;

const files = ["src", "gen"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /(?<!\.d)\.(ts|js)$/.test(name))
    .map((name) => join(folder, name)),
);
const imports = files.flatMap((file) => importsOf(file).map((target) => ({ file, target })));

describe("imports point one way", () => {
  it("reads the files that it judges", () => {
    expect(files).toContain(join("src", "client.ts"));
    expect(imports).toContainEqual({ file: join("src", "client.ts"), target: "./transport/wire.js" });
  });

  it("between the parts", () => {
    const order = PARTS.map(([part]) => part);
    const wrong = imports.filter(({ file, target }) => {
      if (!target.startsWith(".")) return false;
      const [from, to] = [partOf(file), partOf(fileAt(file, target))];
      const mayNot = PARTS.find(([part]) => part === from)?.[1] ?? [];
      return from !== to && (mayNot.includes(to) || order.indexOf(to) > order.indexOf(from));
    });
    expect(wrong).toEqual([]);
  });

  it("without circles, types included", () => {
    const graph = new Map(files.map((file) => [file, new Set<string>()]));
    for (const { file, target } of imports) {
      if (target.startsWith(".")) graph.get(file)?.add(fileAt(file, target));
    }
    // Takes away what imports nothing that is left, and what nothing left imports, until circles alone are left.
    for (let before = -1; before !== graph.size; ) {
      before = graph.size;
      for (const [file, targets] of graph) {
        const isImported = [...graph.values()].some((others) => others.has(file));
        if (!isImported || ![...targets].some((target) => graph.has(target))) graph.delete(file);
      }
    }
    expect([...graph.keys()]).toEqual([]);
  });

  it("to Node from its own places only", () => {
    const wrong = imports.filter(({ file, target }) => NODE_MODULE.test(target) && !NODE_PLACES.test(file));
    expect(wrong).toEqual([]);
  });

  it("to those places from Node's entries only", () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        target.startsWith(".") && NODE_PLACES.test(fileAt(file, target)) && !NODE_PLACES.test(file),
    );
    expect(wrong).toEqual([]);
  });

  it("from the stubs to @bufbuild/protobuf only", () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        partOf(file) === "gen" && !target.startsWith(".") && !target.startsWith("@bufbuild/protobuf/"),
    );
    expect(wrong).toEqual([]);
  });
});

describe("files", () => {
  it("have at most 300 lines", () => {
    const long = files
      .filter((file) => file.startsWith("src"))
      .filter((file) => readFileSync(join(root, file), "utf8").split("\n").length > 301);
    expect(long).toEqual([]);
  });
});

function importsOf(file: string): string[] {
  const code = readFileSync(join(root, file), "utf8").replace(/^\s*(\*|\/[/*]).*$/gm, "");
  return [...code.matchAll(/(?:\bfrom|\bimport\s*\(|\bimport)\s*"([^"]+)"/g)].flatMap(
    (found) => found[1] ?? [],
  );
}

/** The source that an import leads to. */
function fileAt(file: string, target: string): string {
  const path = relative(root, join(root, dirname(file), target));
  return path.startsWith("gen") ? path : path.replace(/\.js$/, ".ts");
}

function partOf(path: string): string {
  const [top, folder, inside] = path.split(/[\\/]/);
  if (top === "gen") return "gen";
  if (inside !== undefined) return folder ?? "";
  return CONTRACT.includes(folder ?? "") ? "options" : "client";
}
