import { styleText } from "node:util";
import { mask } from "./mask.js";

type Style = Exclude<Parameters<typeof styleText>[0], readonly unknown[]>;

/** Prints a line of data, on standard output. */
export function printData(line = ""): void {
  write(process.stdout, line);
}

/** Prints what came of a call as one JSON object, each text in it masked. */
export function printJson(facts: object): void {
  printData(JSON.stringify(facts, (_, value) => (typeof value === "string" ? mask(value) : value)));
}

/** Prints a line for the reader, on standard error. */
export function printTalk(line = ""): void {
  write(process.stderr, line);
}

/** Drops what cannot be written: the reader of a pipe may be gone, and a disk full. */
function write(stream: NodeJS.WriteStream, line: string): void {
  try {
    stream.write(`${line}\n`);
  } catch {
    // The same, told at once.
  }
}

/** Styles a text where the stream it is for is a terminal that wants it (`NO_COLOR`). */
export function paint(
  styles: Style | readonly Style[],
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  // One by one: given a list, Node 20 does not ask the stream.
  return [styles].flat().reduce((styled, style) => styleText(style, styled, { stream }), text);
}
