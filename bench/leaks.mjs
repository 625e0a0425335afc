// One peer in a process of its own, asked for a number of calls; tells what is there after them.
//
//   node leaks.mjs WIRE PEER URL   (forked)
import { getEventListeners, setMaxListeners } from "node:events";
import http2 from "node:http2";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { peers } from "./peers.mjs";

// The connections are not to be had from outside otherwise.
const connections = new Set();
for (const module of [net, http2]) {
  const { connect } = module;
  module.connect = (...args) => {
    const connection = connect(...args);
    connections.add(connection);
    return connection.once("close", () => connections.delete(connection));
  };
}
syncBuiltinESMExports();

const [wire, peer, url] = process.argv.slice(2);
const call = await peers[wire][peer](url);

/** One signal for all calls, as that of a program's own end: what a call leaves on it stays. */
const { signal } = new AbortController();
setMaxListeners(0, signal);

const listenersOf = (emitter) =>
  emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);

process.on("message", async ({ inFlight, calls }) => {
  let left = calls;
  const worker = async () => {
    while (left-- > 0) await call({ signal });
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  process.send?.({
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
    listeners:
      getEventListeners(signal, "abort").length +
      [...connections].reduce((sum, connection) => sum + listenersOf(connection), 0),
    timers: process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length,
  });
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
