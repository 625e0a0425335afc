import { styleText } from "node:util";

type Style = Exclude<Parameters<typeof styleText>[0], readonly unknown[]>;

/** Prints a line of data, on standard output. */
export function printData(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a line for the reader, on standard error. */
export function printTalk(line = ""): void {
  process.stderr.write(`${line}\n`);
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
