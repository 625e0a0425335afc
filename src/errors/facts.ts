import { type Code, ConnectError } from "@connectrpc/connect";
import type { Delivery, Reason } from "./reason.js";

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
  /** What made it, where the hint should say so: a file that holds a secret. */
  readonly because?: "key_file";
}

// A registered symbol, so that two copies of this package understand each other.
const key = Symbol.for("zitadel-resend.facts");

/** Notes facts on an error, out of sight of logs and `JSON.stringify`; a frozen one stays as it is. */
export function noteFacts<E extends ConnectError>(error: E, facts: Facts): E {
  Reflect.defineProperty(error, key, { value: { ...factsOf(error), ...facts }, configurable: true });
  return error;
}

/** The facts noted on an error. */
export function factsOf(error: unknown): Facts {
  return hasFacts(error) ? error[key] : {};
}

function hasFacts(error: unknown): error is { readonly [key]: Facts } {
  return typeof error === "object" && error !== null && key in error;
}

/** An error of our own, made before anything was sent. */
export function notSentError(message: string, code: Code, reason: Reason, cause?: unknown): ConnectError {
  return noteFacts(new ConnectError(message, code, undefined, undefined, cause), {
    reason,
    delivery: "not_sent",
  });
}
