import { EventEmitter, getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { createResendClient } from "../../src/node/index.js";
import { goodAnswer, PEER_WIRES } from "./answers.js";
import { answering, startPeer } from "./awkward-peer.js";
import { leavesNothing } from "./leaks.js";
import { WIRE_OPTIONS } from "./wire-options.js";

const BATCHES = 1000;
// Node warns where an eleventh listener waits on one signal at the same time.
const CALLS_A_BATCH = 10;

/** Listeners on everything that keeps the process alive: sockets, servers, pipes. */
function listenerCount(): number {
  const handles: unknown[] = Reflect.apply(Reflect.get(process, "_getActiveHandles"), process, []);
  let count = 0;
  for (const handle of handles) {
    if (!(handle instanceof EventEmitter)) continue;
    for (const event of handle.eventNames()) count += handle.listenerCount(event);
  }
  return count;
}

test.each(PEER_WIRES)("10,000 calls over %s leave no listener, socket or timer behind", async (wire) => {
  const warnings: string[] = [];
  const onWarning = (warning: Error) => warnings.push(warning.message);
  process.on("warning", onWarning);
  const { signal } = new AbortController();
  const counts: number[] = [];
  await leavesNothing(async () => {
    const peer = { name: "good", outcome: {}, ...answering(goodAnswer) };
    await using server = await startPeer(peer, wire);
    await using client = createResendClient({ ...WIRE_OPTIONS[wire], baseUrl: server?.url ?? "" });
    const call = () => client.resendHumanInitialization({ userId: "1" }, { signal });
    for (let batch = 0; batch < BATCHES; batch++) {
      await Promise.all(Array.from({ length: CALLS_A_BATCH }, call));
      counts.push(listenerCount());
      expect(getEventListeners(signal, "abort")).toEqual([]);
    }
  });
  process.off("warning", onWarning);
  // The first batches open the connections. One listener a call would be 9,800 more.
  const [early = 0, last = 0] = [counts[10], counts.at(-1)];
  expect(last).toBeLessThan(early + CALLS_A_BATCH);
  expect(warnings).toEqual([]);
});
