import type { Delivery, Reason } from "./reason.js";

/** What one kind of evidence says about a failure. */
export interface Verdict {
  readonly reason: Reason;
  readonly delivery: Delivery;
  /** 0: the call may be repeated at once, on another connection. */
  readonly retryAfterMs?: 0;
  /** What made it, where the hint should say so; a certificate does not get better by trying again. */
  readonly because?: "certificate" | "browser" | "key_file";
}
