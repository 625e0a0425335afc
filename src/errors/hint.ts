import type { Facts } from "./facts.js";
import type { Delivery, Reason } from "./reason.js";
import type { Verdict } from "./verdict.js";

/** What a person can do about a failure. */
export function hintOf(
  reason: Reason,
  delivery: Delivery,
  { because, orgNamed }: Pick<Verdict, "because"> & Pick<Facts, "orgNamed">,
): string {
  const hint = adviceFor(reason, because, orgNamed);
  return delivery === "not_sent" ? hint : `${hint} A mail may have gone out: check before sending again.`;
}

function adviceFor(reason: Reason, because: Verdict["because"], orgNamed: boolean | undefined): string {
  switch (reason) {
    case "already_initialized":
      return "The user is past initialisation, or was made with the v2 API: send a password reset, or call UserService.CreateInviteCode (v2).";
    case "user_not_found":
      return orgNamed
        ? "Check userId and orgId: the organisation has no such human user."
        : "Check userId. If the user is in another organisation than the caller, name it with orgId.";
    case "invalid_request":
      return "Correct the request as the message says.";
    case "unauthenticated":
      return "The token is missing, wrong, expired or revoked: use a new one.";
    case "permission_denied":
      return "Give the caller a role with user.write, such as ORG_USER_MANAGER, in the user's organisation.";
    case "organization_not_found":
      return "Check orgId: the instance has no such organisation.";
    case "instance_not_found":
      return "Check baseUrl: no instance has this host. Proxies must pass Host on unchanged.";
    case "quota_exhausted":
      return "Stop: the instance is blocked, or out of quota. Ask its owner.";
    case "rate_limited":
      return "Wait, then send fewer calls a second.";
    case "too_large":
      return "The message is too large: see readMaxBytes and writeMaxBytes.";
    case "unreachable":
      if (because === "certificate") {
        return "The server's certificate is not trusted: check baseUrl, or name its authority with tls.ca.";
      }
      if (because === "browser") {
        return "Check baseUrl and the network. Often it is CORS: the server must allow this origin and expose grpc-status, grpc-message and grpc-status-details-bin.";
      }
      return "Check baseUrl, the network, and whether ZITADEL is up.";
    case "timeout":
      return "Try again later, or raise timeoutMs.";
    case "canceled":
      return "The call was canceled.";
    case "not_supported":
      return "The server, or a proxy before it, does not speak this wire: check baseUrl, or set contentType to application/grpc, application/grpc-web+proto or application/json.";
    case "server_error":
      return "ZITADEL failed. Its log says why.";
    case "unknown":
      return "See the message and its cause.";
    default:
      return reason satisfies never;
  }
}
