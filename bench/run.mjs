// Measures this package beside others that make the same call:
//
//   npm run bench                  about 5 minutes; writes results/latest.json, results/latest.svg and docs/speed.md
//   npm run bench -- --rounds 75   more of them, for a machine that is busy
//   npm run bench -- --write       measures nothing; writes the chart and docs/speed.md again from results/latest.json
//   npm run bench -- --memory      a million calls on each wire; adds to results/latest.json and the table
//   npm run bench -- --quick       under a minute; prints, writes nothing
//
// How to read it: only ratios travel from one machine to another. Peers take
// turns, each in its own process, against a server that costs little, and a
// ratio is that of two peers in the same round; given are the median of the
// rounds and, in brackets, the lowest and the highest. Where those lie far
// apart the machine was busy: measure again. It tests the built package:
// `npm run build` first.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import { parseArgs } from "node:util";
import { chart } from "./chart.mjs";
import { goalsOf } from "./goals.mjs";
import { measureLoad } from "./load.mjs";
import { measureMemory } from "./memory.mjs";
import { PINNED } from "./processes.mjs";
import { measureStartup } from "./startup.mjs";
import { spreads } from "./statistics.mjs";
import { speedPart } from "./table.mjs";

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    memory: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    rounds: { type: "string", default: "25" },
  },
});
const log = (line) => process.stderr.write(`${line}\n`);
const jsonFile = new URL("results/latest.json", import.meta.url);

if (flags.write) {
  write(read());
} else if (flags.memory) {
  write({ ...read(), memory: await measureMemory(flags.quick ? 30_000 : 1_000_000, log) });
} else {
  const settings = flags.quick
    ? { firstMs: 800, rounds: 2, durationMs: 200, warmUpMs: 50, startups: 2 }
    : { firstMs: 2000, rounds: Number(flags.rounds), durationMs: 300, warmUpMs: 60, startups: 15 };
  const load = loadavg()[0];
  const samples = { load: await measureLoad(settings, log), startup: measureStartup(settings.startups) };
  write({
    machine: { ...machine(), loadBefore: load },
    settings: { ...settings, inFlight: 64, pinned: PINNED },
    goals: goalsOf(samples),
    load: Object.fromEntries(
      Object.entries(samples.load).map(([wire, peers]) => [
        wire,
        Object.fromEntries(Object.entries(peers).map(([peer, lists]) => [peer, spreads(lists)])),
      ]),
    ),
    imports: spreads(samples.startup.imports),
    commands: spreads(samples.startup.commands),
    memory: read().memory,
  });
}

function machine() {
  return {
    cpu: cpus()[0]?.model.trim(),
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()} ${arch()}`,
    node: process.version,
  };
}

function read() {
  try {
    return JSON.parse(readFileSync(jsonFile, "utf8"));
  } catch {
    return {};
  }
}

function write(results) {
  const part = results.goals === undefined ? JSON.stringify(results, undefined, 2) : speedPart(results);
  console.log(part);
  if (flags.quick) return;
  mkdirSync(new URL("results/", import.meta.url), { recursive: true });
  writeFileSync(jsonFile, `${JSON.stringify(results, undefined, 2)}\n`);
  if (results.goals === undefined) return;
  writeFileSync(new URL("results/latest.svg", import.meta.url), chart(results));
  const speedFile = new URL("../docs/speed.md", import.meta.url);
  const written = /(?<=<!-- bench:start -->\n)[\s\S]*?(?=<!-- bench:end -->)/;
  const speed = readFileSync(speedFile, "utf8");
  // As a function, so that `$` in it stays what it is.
  writeFileSync(
    speedFile,
    speed.replace(written, () => `${part}\n`),
  );
}
