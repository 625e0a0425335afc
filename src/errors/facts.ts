import { Code, ConnectError } from "@connectrpc/connect";
import type { Delivery, Reason } from "./verdict.js";

/** What the place that made an error knew and a `ConnectError` has no field for. */
export interface Facts {
  readonly reason?: Reason;
  readonly delivery?: Delivery;
  /** Status of the HTTP answer, where there was one. */
  readonly httpStatus?: number;
  /**
   * The server itself gave this code, in a trailer or in a JSON body: it was
   * not made up from an HTTP status. A `grpc-status` in the error's metadata
   * says the same.
   */
  readonly answered?: boolean;
  /** How long to wait before the next attempt, in milliseconds; 0 where another connection may take the call at once. */
  readonly retryAfterMs?: number;
  /** Whether the call named an organisation. */
  readonly orgNamed?: boolean;
  /** Full name of the rpc that was called. */
  readonly rpc?: string;
  /** What the caller can do, where more is known than the reason says. */
  readonly advice?: string;
}

// A registered symbol, so that two copies of this package understand each other.
const key = Symbol.for("zitadel-resend.facts");

/** Notes facts on an error, out of sight of logs and `JSON.stringify`; a frozen one stays as it is. */
export function noteFacts<E extends ConnectError>(error: E, facts: Facts): E {
  Reflect.defineProperty(error, key, {
    // Without a prototype, on which other code may have put facts.
    value: Object.assign(Object.create(null), factsOf(error), facts),
    configurable: true,
  });
  return error;
}

/**
 * An error of our own that says the same as what was thrown, which is its
 * cause, with these facts. What somebody else made is not ours to change: it
 * may be frozen, or be thrown for another call too.
 */
export function withFacts(thrown: unknown, facts: Facts): ConnectError {
  const { rawMessage, code, metadata, details } = ConnectError.from(thrown);
  const error = new ConnectError(rawMessage, code, metadata, undefined, thrown);
  error.details = details;
  return noteFacts(error, { ...factsOf(thrown), ...facts });
}

/** The facts noted on an error. */
export function factsOf(error: unknown): Facts {
  return hasFacts(error) ? error[key] : Object.create(null);
}

/** Whether facts were noted on an error. */
export function hasFacts(error: unknown): error is { readonly [key]: Facts } {
  return typeof error === "object" && error !== null && key in error;
}

/** Refuses a number that is too small, or that is none; NaN is neither. */
export function atLeast(least: number, name: string, value: number): void {
  if (typeof value === "number" && value >= least) return;
  const message = `${name} is ${value}; expected a number from ${least} up`;
  throw notSentError(message, Code.InvalidArgument, "invalid_request");
}

/** An error of our own, made before anything was sent. */
export function notSentError(message: string, code: Code, reason: Reason, cause?: unknown): ConnectError {
  return noteFacts(new ConnectError(message, code, undefined, undefined, cause), {
    reason,
    delivery: "not_sent",
  });
}

/**
 * What code of the user's threw after a mail may have gone out.
 *
 * @param isFailure whether it is, or is caused by, what an attempt failed with; else its own code says nothing of the call
 */
export function maybeSentError(thrown: unknown, isFailure = false): ConnectError {
  return withFacts(thrown, { delivery: "maybe_sent", ...(!isFailure && { reason: "unknown" }) });
}
