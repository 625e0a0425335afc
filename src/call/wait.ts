import { MAX_TIMER_MS, type StopSignal } from "./stop.js";

/** Waits; rejects with the signal's reason as soon as it is aborted. Leaves no timer and no listener. */
export function sleep(ms: number, signal: StopSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(end, Math.min(ms, MAX_TIMER_MS));
    signal?.addEventListener("abort", end);
    if (signal?.aborted) end();
  });
}

/**
 * Waits for a promise, but no longer than until the signal, whose reason it
 * then fails with: what is waited for goes on without this caller.
 */
export function abortable<T>(work: Promise<T>, signal: StopSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const end = () => {
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(signal.reason);
    };
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
    work.then(resolve, reject).then(end);
  });
}
