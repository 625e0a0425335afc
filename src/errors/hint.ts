import type { Delivery, Reason } from "./verdict.js";

/**
 * What a person can do about a failure.
 *
 * @param advice goes before what the reason alone suggests
 */
export function hintOf(reason: Reason, delivery: Delivery, advice: string = ADVICE[reason]): string {
  return delivery === "not_sent" ? advice : `${advice} A mail may have gone out: check before sending again.`;
}

/** What the caller can do, by the reason. */
const ADVICE: Readonly<Record<Reason, string>> = {
  already_initialized: "Send a password reset. For one of the v2 API call UserService.CreateInviteCode.",
  user_not_found: "Check userId. A user of another organisation needs orgId.",
  invalid_request: "Correct it as the message says.",
  unauthenticated: "Use a token with the scope urn:zitadel:iam:org:project:id:zitadel:aud.",
  permission_denied: "Give the caller user.write there, with ORG_USER_MANAGER for example.",
  organization_not_found: "Try once more: a server without time says so too. Then check orgId.",
  instance_not_found: "Check baseUrl: no instance has this host.",
  quota_exhausted: "Stop: the instance is blocked, or out of quota.",
  rate_limited: "Send fewer.",
  too_large: "See readMaxBytes, writeMaxBytes.",
  unreachable: "Check baseUrl, the network and ZITADEL.",
  timeout: "Try later, or raise timeoutMs.",
  canceled: "Given up.",
  not_supported: "A server or proxy does not speak this wire: check baseUrl, or set another contentType.",
  not_found: "Check its ids.",
  failed_precondition: "Its state forbids it.",
  server_error: "ZITADEL failed, or had no time: see its log.",
  unknown: "See its cause.",
};
