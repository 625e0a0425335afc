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
