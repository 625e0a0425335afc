import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Which part of the package may import which; files right under `src/` are the part "client". */
const MAY_IMPORT: Record<string, readonly string[]> = {
  gen: [],
  zitadel: ["gen"],
  errors: ["zitadel", "gen"],
  call: ["errors"],
  guard: ["call", "errors", "zitadel", "gen"],
  retry: ["call", "errors", "zitadel", "gen"],
  auth: ["call", "errors", "zitadel", "gen"],
  transport: ["call", "errors", "gen"],
  client: ["guard", "retry", "auth", "transport", "call", "errors", "zitadel", "gen"],
  node: ["client", "auth", "transport", "call", "errors", "zitadel", "gen"],
  web: ["client", "auth", "transport", "errors", "zitadel", "gen"],
  sandbox: ["node", "errors", "zitadel", "gen"],
  cli: ["sandbox", "node", "client", "transport", "errors", "zitadel", "gen"],
};

/** The only parts that may reach Node and what is built on it. */
const NODE_PARTS = ["node", "sandbox", "cli"];
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
    expect(imports).toContainEqual({
      file: join("src", "client.ts"),
      target: "./transport/create-transport.js",
    });
  });

  it("between the parts", () => {
    const wrong = imports.filter(({ file, target }) => {
      if (!target.startsWith(".")) return false;
      const from = partOf(file);
      const to = partOf(relative(root, join(root, dirname(file), target)));
      return from !== to && !MAY_IMPORT[from]?.includes(to);
    });
    expect(wrong).toEqual([]);
  });

  it("to Node from its own parts only", () => {
    const wrong = imports.filter(
      ({ file, target }) => NODE_MODULE.test(target) && !NODE_PARTS.includes(partOf(file)),
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

function importsOf(file: string): string[] {
  const code = readFileSync(join(root, file), "utf8").replace(/^\s*(\*|\/[/*]).*$/gm, "");
  return [...code.matchAll(/(?:\bfrom|\bimport\s*\(|\bimport)\s*"([^"]+)"/g)].flatMap(
    (found) => found[1] ?? [],
  );
}

function partOf(path: string): string {
  const [top, folder, inside] = path.split(/[\\/]/);
  if (top === "gen") return "gen";
  return inside === undefined ? "client" : (folder ?? "");
}
