const number = (value) => {
  if (value >= 1000) return `${(value / 1000).toFixed(1)} k`;
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
};
const range = ({ median, min, max }) => `${number(median)} (${number(min)}–${number(max)})`;

/** The part of docs/speed.md that tells what was measured. */
export function speedPart({ machine, goals, imports, memory }) {
  const bounds = ({ atLeast, atMost }) => (atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`);
  const lines = [
    "![Calls a second and CPU time a call, by wire and client](../bench/results/latest.svg)",
    "",
    "Each line compares two clients that ran side by side, the client on one core, with 64 calls in flight over",
    "loopback. It gives the median of all rounds and, in brackets, the lowest and the highest.",
    "",
    ...table(
      ["what", "against", "goal", "measured", "met", "by CPU time a call"],
      goals.map((goal) => [
        goal.what,
        goal.against,
        bounds(goal),
        range(goal),
        goal.met ? "yes" : "no",
        goal.byCpu === undefined ? "" : range(goal.byCpu),
      ]),
    ),
    "",
    `Import: ${Object.entries(imports)
      .map(([name, ms]) => `${name} ${number(ms.median)} ms`)
      .join(", ")}.`,
    ...memoryLines(memory),
    "",
    `Measured on ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}, Node ${machine.node}.`,
    ...(machine.loadBefore > machine.cores / 2
      ? [
          `The machine was busy with other work (load ${number(machine.loadBefore)}). The ranges are wide for that reason.`,
        ]
      : []),
  ];
  return lines.join("\n");
}

function memoryLines(memory) {
  if (memory === undefined) return [];
  const [{ calls, inFlight }] = Object.values(memory);
  const growths = Object.entries(memory).map(
    ([wire, { rssGrowthMiB, listeners, timers }]) =>
      `${wire} by ${rssGrowthMiB.toFixed(1)} MiB (listeners ${listeners.first} → ${listeners.last}, timers ${timers.first} → ${timers.last})`,
  );
  return [
    "",
    `Over ${calls.toLocaleString("en")} calls, ${inFlight} in flight, the first fifth of them as warm-up, the memory (RSS) of`,
    `the client grows: ${growths.join(", ")}. The goal is less than 10 MiB.`,
  ];
}

function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)];
}
