import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../src", import.meta.url));

/** Folders that do the same job in different places: what has the same name there is the same concept. */
const PARALLEL = [
  // The wires, and the server's side of them.
  ["transport/grpc", "transport/grpc-web", "transport/rest", "sandbox"],
  ["node", "web"],
];

const DECLARED =
  /^(?:export )?(?:declare )?(?:async )?(?:function\*?|const|let|class|interface|type)\s+([\w$]+)/gm;

/** The folder, or the group of parallel folders, that a file is in. */
function placeOf(file: string): string {
  const group = PARALLEL.find((folders) => folders.some((folder) => file.startsWith(`${folder}/`)));
  return group === undefined ? file : group.join();
}

it("has one meaning for each name: none is declared in two places", () => {
  const places = new Map<string, Set<string>>();
  for (const file of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    for (const [, name = ""] of readFileSync(join(root, file), "utf8").matchAll(DECLARED)) {
      places.set(name, (places.get(name) ?? new Set()).add(placeOf(file)));
    }
  }
  expect(places.size).toBeGreaterThan(500);
  const twice = [...places].filter(([, where]) => where.size > 1).map(([name]) => name);
  expect(twice).toEqual([]);
});
