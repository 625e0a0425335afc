/** What a timer can hold, in milliseconds; later than that is never. */
export const MAX_TIMER_MS = 0x7fffffff;

type Listener = (() => void) | { handleEvent(): void };

/**
 * Tells one call to stop: an AbortController and its signal in one, at a tenth
 * of their price. It is made where the call's deadline is kept, so whoever gets
 * one sets no timer of its own.
 */
export class Stop {
  aborted = false;
  reason: unknown;
  /** Whether a mail may be out: set by whoever sends, just before it does. */
  hasSent = false;
  #listeners: Listener[] | undefined;

  /** What is left of the call's time, in milliseconds: at least 1, infinite where it has no end. */
  leftMs(): number {
    return Number.POSITIVE_INFINITY;
  }

  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.#listeners?.splice(0) ?? []) {
      if (typeof listener === "function") listener();
      else listener.handleEvent();
    }
  }

  addEventListener(_type: "abort", listener: Listener): void {
    if (this.#listeners) this.#listeners.push(listener);
    else this.#listeners = [listener];
  }

  removeEventListener(_type: "abort", listener: Listener): void {
    const at = this.#listeners?.indexOf(listener) ?? -1;
    if (at >= 0) this.#listeners?.splice(at, 1);
  }
}

/** Ends a call when it is aborted, whoever does it. */
export type StopSignal = AbortSignal | Stop;

/** The same for those who want a real one. */
export function toAbortSignal(signal: StopSignal): AbortSignal {
  if (!(signal instanceof Stop)) return signal;
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort);
  return controller.signal;
}

/** Whether a mail may be out; of a signal that cannot tell, it may. */
export function hasSent(signal: StopSignal | undefined): boolean {
  return !(signal instanceof Stop) || signal.hasSent;
}

/** Says that from here on a mail may be out. */
export function markSent(signal: StopSignal | undefined): void {
  if (signal instanceof Stop) signal.hasSent = true;
}

/** Takes that back, after an attempt that failed in a way that rules it out. */
export function markUnsent(signal: StopSignal | undefined): void {
  if (signal instanceof Stop) signal.hasSent = false;
}

/** A time limit, or what is left of it where the signal keeps the time; zero and less mean none. */
export function timeLeft<Limit extends number | undefined>(
  signal: StopSignal | undefined,
  timeoutMs: Limit,
): number | Limit {
  return signal instanceof Stop && timeoutMs && timeoutMs > 0 ? signal.leftMs() : timeoutMs;
}
