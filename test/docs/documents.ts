import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Reads a file of the project. */
export const read = (path: string): string => readFileSync(`${root}/${path}`, "utf8");

/** Every document for readers, by its path in the project. */
export const documents: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(`${root}/docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** A fenced block of a document. */
export interface Block {
  readonly language: string;
  /** The document and the heading that it stands under: `README.md: A service`. */
  readonly place: string;
  readonly code: string;
}

/** Every fenced block of a document, in order. */
export function blocksOf(path: string): Block[] {
  const found: Block[] = [];
  let heading = "";
  for (const [, title, language, code] of read(path).matchAll(/^#+ (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else found.push({ language: language ?? "", place: `${path}: ${heading}`, code: code ?? "" });
  }
  return found;
}

/** A document's text without its fenced blocks. */
export const proseOf = (path: string): string => read(path).replace(/^```[\s\S]*?^```$/gm, "");

/** The text between `<!-- name:start -->` and `<!-- name:end -->`. */
export function section(path: string, name: string): string {
  const text = new RegExp(`<!-- ${name}:start -->\n([\\s\\S]*?)<!-- ${name}:end -->`).exec(read(path))?.[1];
  if (text === undefined) throw new Error(`${path} has no section ${name}`);
  return text;
}

/** The cells of a table's rows, without its head. */
export function tableRows(table: string): string[][] {
  return table
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
