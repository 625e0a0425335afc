// @ts-check
// What to do after a call, by what is certain about the mail.
import { escapeXml } from "./xml.mjs";

const WIDTH = 860;
const HEIGHT = 324;
const BOX = 276;
const GAP = (WIDTH - 3 * BOX) / 2;
const BOX_TOP = 132;
const LINE = 20;

/** One way that a call can end: its colour, what the caller sees, what it means, what to do. */
const ENDS = [
  {
    tone: "good",
    seen: "it returns",
    title: "Accepted",
    means: [
      "ZITADEL makes a new code and",
      "mails it a moment later. Links in",
      "earlier mails stop working.",
    ],
    todo: ["Tell the user to look", "into the mailbox."],
    exit: "exit code 0",
  },
  {
    tone: "plain",
    seen: 'throws, delivery "not_sent"',
    title: "Certainly not sent",
    means: [
      "A check, ZITADEL or the network",
      "refused the call. The client has",
      "repeated what may work next time.",
    ],
    todo: ["Do what the hint says.", "It is safe to call again."],
    exit: "exit codes 1, 2, 4",
  },
  {
    tone: "care",
    seen: 'throws, delivery "maybe_sent"',
    title: "Maybe sent",
    means: [
      "The request left. No answer came",
      "that says what happened to it.",
      "The client does not repeat it.",
    ],
    todo: ["A person looks into the mailbox", "first, and then decides."],
    exit: "exit code 5",
  },
];

/** Draws the three ways that a call can end. */
export function deliverySvg() {
  const call = "await client.resendHumanInitialization({ userId })";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="A call ends in one of three ways: accepted, certainly not sent, or maybe sent">
<style>
text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; text-anchor: middle; }
.code { font: 12.5px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.title { font-weight: 700; font-size: 16px; }
.todo { font-weight: 600; }
.exit { fill: #59636e; font-size: 12px; }
.box { fill: #f6f8fa; stroke-width: 1.5; }
.call { stroke: #818b98; }
.good { stroke: #1a7f37; }
.plain { stroke: #818b98; }
.care { stroke: #bc4c00; }
.line { fill: none; stroke: #818b98; stroke-width: 1.5; }
.tip { fill: #818b98; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.exit { fill: #9198a1; }
.box { fill: #151b23; }
.good { stroke: #3fb950; }
.care { stroke: #db6d28; }
}
</style>
<rect x="${(WIDTH - 430) / 2}" y="6" width="430" height="38" rx="8" class="box call"/>
${line(WIDTH / 2, 30, call, "code")}
${ENDS.map(end).join("\n")}
</svg>
`;
}

/**
 * @param {(typeof ENDS)[number]} end
 * @param {number} index
 */
function end({ tone, seen, title, means, todo, exit }, index) {
  const left = index * (BOX + GAP) + 1;
  const middle = left + (BOX - 2) / 2;
  const todoTop = BOX_TOP + 36 + means.length * LINE + 22;
  return [
    `<path d="M${WIDTH / 2} 44V66H${middle}V84" class="line"/>`,
    line(middle, 101, seen, "code"),
    `<path d="M${middle} 110V${BOX_TOP - 6}" class="line"/>`,
    `<path d="M${middle - 5} ${BOX_TOP - 9}h10l-5 8z" class="tip"/>`,
    `<rect x="${left}" y="${BOX_TOP}" width="${BOX - 2}" height="${HEIGHT - BOX_TOP - 6}" rx="8" class="box ${tone}"/>`,
    line(middle, BOX_TOP + 27, title, "title"),
    ...means.map((text, at) => line(middle, BOX_TOP + 54 + at * LINE, text)),
    ...todo.map((text, at) => line(middle, todoTop + 8 + at * LINE, text, "todo")),
    line(middle, HEIGHT - 20, exit, "exit"),
  ].join("\n");
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {string} [className]
 */
function line(x, y, text, className) {
  return `<text x="${x}" y="${y}"${className ? ` class="${className}"` : ""}>${escapeXml(text)}</text>`;
}
