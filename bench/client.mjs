// One peer in a process of its own: says that it is ready, then measures when it is asked to.
//
//   node client.mjs WIRE PEER URL   (forked)
import { peers } from "./peers.mjs";

const [wire, peer, url] = process.argv.slice(2);
const call = await peers[wire][peer](url);

const { details } = await call();
if (details?.resourceOwner !== "69629012906488334") throw new Error(`${peer} got another answer`);

/** Calls back to back for some time: how many, at what cost, and how long each took. */
async function measure({ inFlight, durationMs }) {
  const latenciesUs = [];
  let calls = 0;
  const before = process.resourceUsage();
  const start = performance.now();
  const end = start + durationMs;
  const worker = async () => {
    let now = performance.now();
    while (now < end) {
      await call();
      calls++;
      const then = performance.now();
      if (inFlight === 1) latenciesUs.push((then - now) * 1000);
      now = then;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const seconds = (performance.now() - start) / 1000;
  const after = process.resourceUsage();
  const cpuUs = after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime;
  latenciesUs.sort((a, b) => a - b);
  return {
    callsPerSecond: calls / seconds,
    cpuUsPerCall: cpuUs / calls,
    p50Us: latenciesUs[latenciesUs.length >> 1],
  };
}

process.on("message", async (load) => {
  // What the last round left behind, connections that have been idle included, is not part of this one.
  await measure({ ...load, durationMs: load.warmUpMs });
  process.send?.(await measure(load));
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
