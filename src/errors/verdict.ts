/** Why a call failed, in words that a program can branch on. */
export type Reason =
  | "already_initialized"
  | "user_not_found"
  | "invalid_request"
  | "unauthenticated"
  | "permission_denied"
  | "organization_not_found"
  | "instance_not_found"
  | "quota_exhausted"
  | "rate_limited"
  | "too_large"
  | "unreachable"
  | "timeout"
  | "canceled"
  | "not_supported"
  | "not_found"
  | "failed_precondition"
  | "server_error"
  | "unknown";

/** Whether a mail may have gone out: `not_sent` only where that is certain. */
export type Delivery = "not_sent" | "maybe_sent";

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
