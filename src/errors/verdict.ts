import type { Delivery, Reason } from "./reason.js";

/** What one kind of evidence says about a failure. */
export interface Verdict {
  readonly reason: Reason;
  readonly delivery: Delivery;
  /** 0: the call may be repeated at once, on another connection. */
  readonly retryAfterMs?: 0;
  /** What the peer did, in words that follow its name. */
  readonly says?: string;
  /** What made it. A certificate does not get better by trying again. */
  readonly because?: "certificate" | "browser";
  /** What the caller can do, where more is known than the reason says. */
  readonly advice?: string;
}
