import { Code, ConnectError } from "@connectrpc/connect";
import { type Facts, noteFacts, notSentError } from "../errors/facts.js";
import { saidBy } from "../errors/from-causes.js";
import { defaults } from "../options.js";
import type { Endable } from "./drain.js";
import { MAX_TIMER_MS, Stop, type StopSignal } from "./stop.js";
import type { Unary } from "./unary.js";

/**
 * Runs a call that is over when its caller gives up or its time has passed,
 * whatever the peer or `run` does about it: the {@link Stop} that `run` gets
 * tells it so, nobody waits for it, and what it still brings is dropped.
 *
 * @param canceled makes the error of a call that was given up
 * @param calls holds the call while it is under way, for whoever may end it
 */
export function runUntil<T>(
  signal: StopSignal | undefined,
  timeoutMs: number | undefined,
  canceled: (signal: StopSignal) => ConnectError,
  run: (stop: Stop) => Promise<T>,
  calls?: Set<Endable>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const watch = new Watch(signal, timeoutMs, canceled, reject, calls);
    if (watch.aborted) return;
    const fail = (error: unknown) => {
      watch.end();
      reject(error);
    };
    try {
      run(watch).then((value) => {
        watch.end();
        resolve(value);
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}

/** Watches over one call: its stop, its timer and its listener in one object, because they are made for every call. */
class Watch extends Stop {
  readonly #signal: StopSignal | undefined;
  readonly #canceled: (signal: StopSignal) => ConnectError;
  readonly #reject: (error: ConnectError) => void;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #endMs: number;
  readonly #calls: Set<Endable> | undefined;

  constructor(
    signal: StopSignal | undefined,
    timeoutMs: number | undefined,
    canceled: (signal: StopSignal) => ConnectError,
    reject: (error: ConnectError) => void,
    calls: Set<Endable> | undefined,
  ) {
    super();
    this.#calls = calls;
    this.#signal = signal;
    this.#canceled = canceled;
    this.#reject = reject;
    this.#endMs = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
    if (signal?.aborted) {
      this.handleEvent();
      return;
    }
    signal?.addEventListener("abort", this);
    calls?.add(this);
    if (timeoutMs !== undefined && timeoutMs <= MAX_TIMER_MS) {
      this.#timer = setTimeout(onTimeout, timeoutMs, this, timeoutMs);
    }
  }

  /** The caller's signal aborted. */
  handleEvent(): void {
    if (this.#signal) this.fail(this.#canceled(this.#signal));
  }

  override leftMs(): number {
    return Math.max(1, Math.ceil(this.#endMs - performance.now()));
  }

  fail(error: ConnectError): void {
    // The caller's own error stays as it is.
    if (error !== this.#signal?.reason) {
      noteFacts(error, { delivery: this.hasSent ? "maybe_sent" : "not_sent" });
    }
    this.#reject(error);
    this.end();
    this.abort(error);
  }

  end(): void {
    this.#calls?.delete(this);
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this);
  }
}

function onTimeout(watch: Watch, timeoutMs: number): void {
  watch.fail(deadlineExceeded(timeoutMs));
}

/** Runs one exchange until its caller gives up or its time has passed. A `Stop` is watched over already, by who made it. */
export function untilDeadline<T>(
  signal: StopSignal | undefined,
  timeoutMs: number | undefined,
  run: (signal: StopSignal | undefined) => Promise<T>,
): Promise<T> {
  if (signal instanceof Stop || (signal === undefined && timeoutMs === undefined)) return run(signal);
  return runUntil(signal, timeoutMs, canceled, run);
}

const TIMEOUT: Facts = { reason: "timeout", delivery: "maybe_sent" };

/** The error of a call that took too long. */
export function deadlineExceeded(timeoutMs: number): ConnectError {
  return noteFacts(new ConnectError(`no answer within ${timeoutMs} ms`, Code.DeadlineExceeded), TIMEOUT);
}

/** The error of an exchange that its caller gave up; a `ConnectError` given as the reason comes out as it is. */
export function canceled({ reason }: StopSignal): ConnectError {
  if (reason instanceof ConnectError) return reason;
  return canceledFor(reason, saidBy(reason));
}

/** The error of what was given up for any reason at all. */
function canceledFor(reason: unknown, message: string): ConnectError {
  const error = new ConnectError(message, Code.Canceled, undefined, undefined, reason);
  return noteFacts(error, { reason: "canceled" });
}

/** The longest time that the eight digits of `grpc-timeout` can say in milliseconds: 27 hours. */
const MAX_TIMEOUT_MS = 99_999_999;

/**
 * Ends a call when its time is over (DeadlineExceeded) or its caller gives up
 * (Canceled, the signal's reason as `cause`), whatever the layers and the peer
 * underneath do about it: they get a `Stop` that tells them so, and nobody
 * waits for them. The time covers the whole call: tokens, waits and attempts.
 *
 * A call's own `timeoutMs` goes before the default; zero and less mean no
 * deadline, and that is what goes down, so that no default of the transport
 * steps in. More than 27 hours count as 27 hours. Anything that is not a number
 * is refused with InvalidArgument.
 *
 * @param calls holds the calls under way, for whoever may end them
 */
export function withDeadline(next: Unary, defaultTimeoutMs?: number, calls?: Set<Endable>): Unary {
  const defaultMs = wholeTimeoutMs(defaultTimeoutMs ?? defaults.timeoutMs);
  return (method, signal, timeoutMs, header, input, contextValues) => {
    const limitMs = timeoutMs === undefined ? defaultMs : wholeTimeoutMs(timeoutMs);
    const timerMs = limitMs > 0 ? limitMs : undefined;
    return runUntil(
      signal,
      timerMs,
      canceledByCaller,
      (stop) => next(method, stop, limitMs, header, input, contextValues),
      calls,
    );
  };
}

function wholeTimeoutMs(timeoutMs: unknown): number {
  if (typeof timeoutMs !== "number" || Number.isNaN(timeoutMs)) {
    throw notSentError(
      `timeoutMs is ${String(timeoutMs)}; expected milliseconds, or 0 for no deadline`,
      Code.InvalidArgument,
      "invalid_request",
    );
  }
  return timeoutMs > 0 ? Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_MS) : 0;
}

function canceledByCaller({ reason }: StopSignal) {
  return canceledFor(reason, "the caller gave up the call");
}

const UNITS = [
  [1, "m"],
  [1000, "S"],
  [60_000, "M"],
] as const;

/**
 * A time limit as `grpc-timeout` has it: at most eight digits and a unit,
 * rounded up. Source: gRPC over HTTP/2, "Timeout".
 */
export function grpcTimeout(timeoutMs: number): string {
  for (const [ms, unit] of UNITS) {
    const amount = Math.ceil(timeoutMs / ms);
    if (amount < 1e8) return `${amount}${unit}`;
  }
  return `${Math.min(Math.ceil(timeoutMs / 3_600_000), 99_999_999)}H`;
}
