import type { Failure } from "../errors/explain.js";

/** How the command line ends; scripts rely on these numbers. */
export const EXIT = {
  sent: 0,
  refused: 1,
  usage: 2,
  credentials: 4,
  maybeSent: 5,
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * What a failed call means for a script: is it the call, the credential, or a
 * mail that may be out. A call that the user interrupted is not among these: a
 * server may say `canceled` too.
 */
export function exitCodeOf({ reason, delivery }: Pick<Failure, "reason" | "delivery">): ExitCode {
  if (delivery === "maybe_sent") return EXIT.maybeSent;
  switch (reason) {
    case "invalid_request":
      return EXIT.usage;
    case "unauthenticated":
    case "permission_denied":
      return EXIT.credentials;
    case "already_initialized":
    case "user_not_found":
    case "organization_not_found":
    case "instance_not_found":
    case "quota_exhausted":
    case "rate_limited":
    case "too_large":
    case "unreachable":
    case "timeout":
    case "canceled":
    case "not_supported":
    case "not_found":
    case "failed_precondition":
    case "server_error":
    case "unknown":
      return EXIT.refused;
    default:
      return reason satisfies never;
  }
}

/**
 * How far the call of this process has come. The exit code follows it, whatever
 * happens beside it: what was accepted stays accepted.
 */
export const callState: {
  /** Something may have been sent. */
  begun: boolean;
  /** How the call ended. */
  exitCode?: ExitCode;
} = { begun: false };
