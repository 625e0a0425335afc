// @ts-check
// A terminal's output as a picture: the colours that the program set, on a dark
// ground, which reads well on a light page and on a dark one.
import { escapeXml } from "./xml.mjs";

const COLUMNS = 104;
const CHARACTER = 7.8;
const LINE = 19;
const PADDING = 18;
const BAR = 34;

const WIDTH = COLUMNS * CHARACTER + 2 * PADDING;

/** The SGR codes that Node's `styleText` writes for the styles in use; an end code of the same group ends it. */
const STYLES = new Map([
  ["1", "bold"],
  ["2", "dim"],
  ["31", "red"],
  ["32", "green"],
  ["33", "yellow"],
  ["34", "blue"],
  ["36", "cyan"],
]);
const ENDS = new Map([
  ["22", ["bold", "dim"]],
  ["39", ["red", "green", "yellow", "blue", "cyan"]],
]);

/**
 * Draws what a program printed.
 *
 * @param {string} command what was typed
 * @param {string} output what it printed, with the colours of a terminal
 */
export function terminalSvg(command, output) {
  const typed = `\u001b[32m$\u001b[39m \u001b[1m${command}\u001b[22m\n\n`;
  const lines = (typed + output.trimEnd()).split("\n").flatMap(wrap);
  const height = BAR + lines.length * LINE + PADDING;
  const rows = lines.map((line, index) => {
    const y = BAR + (index + 1) * LINE - 4;
    return line === "" ? "" : `<text x="${PADDING}" y="${y}">${spansOf(line)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="What ${escapeXml(command)} prints">
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #e6edf3; white-space: pre; }
.bold { font-weight: 700; }
.dim { fill: #9198a1; }
.red { fill: #ff7b72; }
.green { fill: #56d364; }
.yellow { fill: #e3b341; }
.blue { fill: #79c0ff; }
.cyan { fill: #56d4dd; }
</style>
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="10" fill="#0d1117" stroke="#57606a"/>
${["#ff5f57", "#febc2e", "#28c840"].map((color, index) => `<circle cx="${22 + index * 20}" cy="20" r="6" fill="${color}"/>`).join("")}
${rows.filter(Boolean).join("\n")}
</svg>
`;
}

/**
 * Breaks a line without colours that is too long, between words; the next one starts as deep as the first.
 *
 * @param {string} line
 */
function wrap(line) {
  if (line.includes("\u001b") || line.length <= COLUMNS) return [line];
  const indent = /^ */.exec(line)?.[0] ?? "";
  /** @type {string[]} */
  const lines = [];
  let current = indent;
  for (const word of line.trim().split(" ")) {
    const longer = current === indent ? current + word : `${current} ${word}`;
    if (longer.length > COLUMNS && current !== indent) {
      lines.push(current);
      current = indent + word;
    } else {
      current = longer;
    }
  }
  return [...lines, current];
}

/** @param {string} line */
function spansOf(line) {
  /** @type {Set<string>} */
  const styles = new Set();
  // Each part but the first starts with a code.
  return line
    .split("\u001b[")
    .map((part, index) => {
      if (index === 0) return spanOf(part, "");
      const code = part.slice(0, part.indexOf("m"));
      const style = STYLES.get(code);
      const ended = ENDS.get(code);
      if (style === undefined && ended === undefined) throw new Error(`no style for the SGR code ${code}`);
      if (style !== undefined) styles.add(style);
      for (const end of ended ?? []) styles.delete(end);
      return spanOf(part.slice(code.length + 1), [...styles].join(" "));
    })
    .join("");
}

/**
 * @param {string} text
 * @param {string} styles
 */
function spanOf(text, styles) {
  if (text === "") return "";
  // White space at the start of an SVG text is dropped by some viewers.
  const content = escapeXml(text).replaceAll(" ", "\u00a0");
  return styles === "" ? `<tspan>${content}</tspan>` : `<tspan class="${styles}">${content}</tspan>`;
}
