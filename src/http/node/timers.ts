import timers from "node:timers";
import { MAX_TIMER_MS } from "../../call/stop.js";

// Taken when this module loads: a test that later replaces the timers by a clock
// of its own does not stop the connections.
const { setTimeout, setImmediate } = timers;

/** Node's own, for what `startTimer` made. */
export const { clearTimeout: stopTimer } = timers;

/** Calls `run` once, after `delayMs`. The timer does not keep the process alive. */
export function startTimer(run: () => void, delayMs: number): NodeJS.Timeout | undefined {
  return delayMs <= MAX_TIMER_MS ? setTimeout(run, delayMs).unref() : undefined;
}

/** Resolves when what Node has at hand is done. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
