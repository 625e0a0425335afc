import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Reads a file of the project. */
export const read = (path: string): string => readFileSync(`${root}/${path}`, "utf8");

const readme = read("README.md");

/** A fenced block of the README. */
export interface Block {
  readonly language: string;
  /** The heading it stands under. */
  readonly heading: string;
  readonly code: string;
}

/** Every fenced block, in order. */
export function blocks(): Block[] {
  const found: Block[] = [];
  let heading = "";
  for (const [, title, language, code] of readme.matchAll(/^#+ (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else found.push({ language: language ?? "", heading, code: code ?? "" });
  }
  return found;
}

/** What stands between `<!-- name:start -->` and `<!-- name:end -->`. */
export function section(name: string): string {
  const text = new RegExp(`<!-- ${name}:start -->\n([\\s\\S]*?)<!-- ${name}:end -->`).exec(readme)?.[1];
  if (text === undefined) throw new Error(`README.md has no section ${name}`);
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
