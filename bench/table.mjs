const number = (value) => {
  if (value >= 1000) return `${(value / 1000).toFixed(1)} k`;
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
};
const range = ({ median, min, max }) => `${number(median)} (${number(min)}–${number(max)})`;

/** The part of the README that tells what was measured. */
export function readmeTable({ machine, goals, load, imports, memory }) {
  const bounds = ({ atLeast, atMost }) => (atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`);
  const lines = [
    "Ratios of what was measured side by side on one machine, the client on one core, 64 calls in flight over",
    "loopback: median of the rounds (lowest–highest).",
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
    "![Calls a second](bench/results/latest.svg)",
    "",
    ...table(
      ["wire", "client", "calls/s", "CPU µs a call", "p50 µs, one at a time"],
      Object.entries(load).flatMap(([wire, peers]) =>
        Object.entries(peers).map(([peer, { callsPerSecond, cpuUsPerCall, p50Us }]) => [
          wire,
          peer,
          range(callsPerSecond),
          range(cpuUsPerCall),
          range(p50Us),
        ]),
      ),
    ),
    "",
    `Import: ${Object.entries(imports)
      .map(([name, ms]) => `${name} ${number(ms.median)} ms`)
      .join(", ")}.`,
    ...memoryLines(memory),
    "",
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}, Node ${machine.node}.`,
    ...(machine.loadBefore > machine.cores / 2
      ? [`It was busy with other work (load ${number(machine.loadBefore)}), which the wide ranges come from.`]
      : []),
    "`npm run bench` measures again (`-- --memory`, `-- --quick`) and writes this part and `bench/results/latest.json`.",
  ];
  return lines.join("\n");
}

function memoryLines(memory) {
  if (memory === undefined) return [];
  const [{ calls, inFlight }] = Object.values(memory);
  return [
    "",
    `${calls.toLocaleString("en")} calls, ${inFlight} in flight, the first fifth of them as warm-up:`,
    "",
    ...table(
      ["wire", "RSS grows by (goal < 10 MiB)", "listeners", "timers"],
      Object.entries(memory).map(([wire, { rssGrowthMiB, listeners, timers }]) => [
        wire,
        `${rssGrowthMiB.toFixed(1)} MiB`,
        `${listeners.first} → ${listeners.last}`,
        `${timers.first} → ${timers.last}`,
      ]),
    ),
  ];
}

function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...rows.map(line)];
}
