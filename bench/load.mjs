import { peers } from "./peers.mjs";
import { ask, start } from "./processes.mjs";

/**
 * Lets every peer of every wire make calls, one peer at a time, in turns: in
 * each round each one comes once, so that all see the same good and bad times.
 * Gives lists, one entry a round: `[wire][peer].callsPerSecond` and
 * `.cpuUsPerCall` at 64 in flight, `.p50Us` at one.
 */
export async function measureLoad({ firstMs, rounds, durationMs, warmUpMs }, log) {
  const server = await start("server.mjs", [], 1);
  const clients = [];
  for (const [wire, names] of Object.entries(peers)) {
    for (const peer of Object.keys(names)) {
      const { child } = await start("client.mjs", [wire, peer, server.said.url], 0);
      const samples = { callsPerSecond: [], cpuUsPerCall: [], p50Us: [] };
      clients.push({ wire, peer, child, samples });
      // Compiled and settled before the first round.
      await ask(child, { inFlight: 64, durationMs: firstMs, warmUpMs });
    }
  }
  for (let round = 1; round <= rounds; round++) {
    log(`round ${round} of ${rounds}`);
    for (const { child, samples } of clients) {
      const many = await ask(child, { inFlight: 64, durationMs, warmUpMs });
      const single = await ask(child, { inFlight: 1, durationMs: durationMs / 2, warmUpMs: warmUpMs / 2 });
      samples.callsPerSecond.push(many.callsPerSecond);
      samples.cpuUsPerCall.push(many.cpuUsPerCall);
      samples.p50Us.push(single.p50Us);
    }
  }
  for (const { child } of [...clients, server]) child.disconnect();
  const load = {};
  for (const { wire, peer, samples } of clients) load[wire] = { ...load[wire], [peer]: samples };
  return load;
}
