const [WIDTH, LEFT, RIGHT, ROW, BAR, TOP] = [760, 160, 150, 26, 16, 56];

/** Calls a second of every peer, as bars, wire by wire; the thin line in a bar's end is the spread. */
export function chart({ load, machine }) {
  const fastest = Math.max(
    ...Object.values(load).flatMap((peers) =>
      Object.values(peers).map(({ callsPerSecond }) => callsPerSecond.max),
    ),
  );
  const x = (value) => LEFT + (value / fastest) * (WIDTH - LEFT - RIGHT);
  const parts = [];
  let y = TOP;
  for (const [wire, peers] of Object.entries(load)) {
    parts.push(text(LEFT, y + 4, wire, "wire"));
    y += 14;
    const [[first, { callsPerSecond: base }]] = Object.entries(peers);
    for (const [peer, { callsPerSecond, cpuUsPerCall }] of Object.entries(peers)) {
      const { median, min, max } = callsPerSecond;
      const middle = y + BAR / 2;
      const ratio = peer === first ? "" : ` · ${(median / base.median).toFixed(2)} ×`;
      parts.push(
        text(LEFT - 8, middle + 4, peer, "name"),
        `<rect x="${LEFT}" y="${y}" width="${(x(median) - LEFT).toFixed(1)}" height="${BAR}" rx="2" class="${peer === "zitadel-resend" ? "ours" : "theirs"}"/>`,
        `<path d="M${x(min).toFixed(1)} ${middle}H${x(max).toFixed(1)}" class="spread"/>`,
        text(
          x(max) + 8,
          middle + 4,
          `${(median / 1000).toFixed(1)} k · ${cpuUsPerCall.median.toFixed(0)} µs${ratio}`,
          "value",
        ),
      );
      y += ROW;
    }
    y += 20;
  }
  const caption = `${machine.cpu}, Node ${machine.node}; × is the ratio to the first of its group`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 8}" role="img" aria-label="Calls a second and CPU time a call, by wire and client">
<style>
text { font: 12px system-ui, sans-serif; fill: #59636e; }
.title { font-weight: 600; font-size: 14px; }
.wire { font-weight: 600; }
.name { text-anchor: end; }
.ours { fill: #1f7a8c; }
.theirs { fill: #9aa4ae; }
.spread { stroke: #59636e; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) { text { fill: #aeb8c2; } .spread { stroke: #dfe5ea; } .theirs { fill: #5d6872; } .ours { fill: #3aa6bb; } }
</style>
${text(LEFT, 20, "Calls a second on one core · CPU time a call (64 in flight, loopback)", "title")}
${parts.join("\n")}
${text(LEFT, y, caption, "caption")}
</svg>
`;
}

function text(x, y, content, className) {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" class="${className}">${escapeXml(content)}</text>`;
}

function escapeXml(content) {
  return content.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
