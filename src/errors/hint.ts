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
  already_initialized:
    "Send a password reset. For a user made with the v2 API call UserService.CreateInviteCode.",
  user_not_found: "Check userId. A user of another organisation needs orgId.",
  invalid_request: "Correct the request as the message says.",
  unauthenticated: "Use a new token, with the scope urn:zitadel:iam:org:project:id:zitadel:aud.",
  permission_denied: "Give the caller user.write there, with ORG_USER_MANAGER for example.",
  organization_not_found: "Try once more: a server without time says the same. Then check orgId.",
  instance_not_found: "Check baseUrl: no instance has this host, or a proxy changes it.",
  quota_exhausted: "Stop: the instance is blocked, or out of quota. Ask its owner.",
  rate_limited: "Wait, then send fewer calls.",
  too_large: "See readMaxBytes and writeMaxBytes.",
  unreachable: "Check baseUrl, the network, and whether ZITADEL is up.",
  timeout: "Try again later, or raise timeoutMs.",
  canceled: "Nothing: the call was given up.",
  not_supported: "A server or proxy does not speak this wire: check baseUrl, or set another contentType.",
  not_found: "Check the ids in the request.",
  failed_precondition: "Its state forbids the call.",
  server_error: "ZITADEL failed, or ran out of time: see its log.",
  unknown: "See message and cause.",
};
