import { peers } from "./peers.mjs";
import { ask, start } from "./processes.mjs";
import { spread } from "./statistics.mjs";

const IN_FLIGHT = 256;
const OURS = "zitadel-resend";

/** Makes many calls on each wire and looks at what stays behind them. */
export async function measureMemory(calls, log) {
  const server = await start("server.mjs", [], 1);
  const memory = {};
  for (const wire of Object.keys(peers)) {
    const { child } = await start("leaks.mjs", [wire, OURS, server.said.url], 0);
    const samples = [];
    for (let made = 0; made < calls; made += calls / 20) {
      samples.push(await ask(child, { inFlight: IN_FLIGHT, calls: calls / 20 }));
      log(`${wire}: ${made + calls / 20} calls, RSS ${samples.at(-1).rssMiB.toFixed(1)} MiB`);
    }
    child.disconnect();
    // The first fifth is warm-up: code is compiled, the heap finds its size.
    const warm = samples.slice(4);
    const rss = warm.map(({ rssMiB }) => rssMiB);
    const ends = (name) => ({ first: warm[0][name], last: warm.at(-1)[name] });
    memory[wire] = {
      calls,
      inFlight: IN_FLIGHT,
      rssGrowthMiB: spread(rss.slice(-4)).median - spread(rss.slice(0, 4)).median,
      rssMiB: samples.map(({ rssMiB }) => Math.round(rssMiB * 10) / 10),
      listeners: ends("listeners"),
      timers: ends("timers"),
    };
  }
  server.child.disconnect();
  return memory;
}
