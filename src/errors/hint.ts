import type { Facts } from "./facts.js";
import type { Delivery, Reason } from "./reason.js";

/** What a person can do about a failure. */
export function hintOf(reason: Reason, delivery: Delivery, because: Facts["because"]): string {
  const hint = because === undefined ? ADVICE[reason] : ADVICE_BECAUSE[because];
  return delivery === "not_sent" ? hint : `${hint} A mail may have gone out: check before sending again.`;
}

/** What the caller can do, by the reason. */
const ADVICE: Readonly<Record<Reason, string>> = {
  already_initialized:
    "The user is past initialisation, or was made with the v2 API: send a password reset, or call UserService.CreateInviteCode (v2).",
  user_not_found: "Check userId. If the user is in another organisation than the caller, name it with orgId.",
  invalid_request: "Correct the request as the message says.",
  unauthenticated:
    "The token is missing, wrong, expired or revoked, or lacks the scope urn:zitadel:iam:org:project:id:zitadel:aud: use a new one.",
  permission_denied:
    "Give the caller a role with user.write, such as ORG_USER_MANAGER, in the user's organisation.",
  organization_not_found:
    "Try once more: a server that runs out of time says the same. Then check orgId: there may be no such organisation.",
  instance_not_found: "Check baseUrl: no instance has this host. Proxies must pass Host on unchanged.",
  quota_exhausted: "Stop: the instance is blocked, or out of quota. Ask its owner.",
  rate_limited: "Wait, then send fewer calls a second.",
  too_large: "The message is too large: see readMaxBytes and writeMaxBytes.",
  unreachable: "Check baseUrl, the network, and whether ZITADEL is up.",
  timeout: "Try again later, or raise timeoutMs.",
  canceled: "The call was canceled.",
  not_supported:
    "The server, or a proxy before it, does not speak this wire: check baseUrl, or set contentType to application/grpc, application/grpc-web+proto or application/json.",
  not_found: "Check the ids in the request.",
  failed_precondition: "The state of what the request names does not allow the call.",
  server_error: "ZITADEL failed, or had no time or no database. Its log says why; it may work later.",
  unknown: "See the message and its cause.",
};

/** What the caller can do where it is known what made the failure. */
const ADVICE_BECAUSE: Readonly<Record<NonNullable<Facts["because"]>, string>> = {
  certificate: "The server's certificate is not trusted: check baseUrl, or name its authority with tls.ca.",
  browser:
    "Check baseUrl and the network. Often it is CORS: the server must allow this origin and expose grpc-status, grpc-message and grpc-status-details-bin.",
  key_file: "Check the key file as the message says.",
  organization: "Check userId and orgId: the organisation has no such human user.",
};
