import type { Code, ConnectError } from "@connectrpc/connect";
import { rpcNamed } from "../zitadel/rpcs.js";
import { factsOf } from "./facts.js";
import type { Reason, Verdict } from "./verdict.js";

/** What each code says where nothing says more. By number, as `grpc-status` has it: names would cost pages more. */
const REASONS: Readonly<Record<Code, Reason>> = {
  1: "canceled",
  2: "unknown",
  3: "invalid_request", // InvalidArgument
  4: "timeout", // DeadlineExceeded
  5: "not_found",
  6: "invalid_request", // AlreadyExists
  7: "permission_denied",
  8: "too_large", // ResourceExhausted
  9: "failed_precondition",
  10: "server_error", // Aborted
  11: "invalid_request", // OutOfRange
  12: "not_supported", // Unimplemented
  13: "server_error", // Internal
  14: "unreachable", // Unavailable
  15: "server_error", // DataLoss
  16: "unauthenticated",
};

/** Codes that are a refusal. Connect makes up those of the second list itself, for what is none. */
const REFUSALS: readonly Code[] = [3, 5, 6, 7, 9, 16];
const ANSWERED_REFUSALS: readonly Code[] = [11, 12];

/**
 * What an RPC code says.
 *
 * @param answered whether the server itself gave the code
 * @param rpc full name of the rpc, where it is known: some codes say more of one rpc than of others
 */
export function verdictOfCode(code: Code, answered: boolean, rpc: string | undefined): Verdict {
  // A server that says Canceled or Unknown has failed: the caller has not given up.
  const reason = answered && code < 3 ? "server_error" : REASONS[code];
  const isRefusal = REFUSALS.includes(code) || (answered && ANSWERED_REFUSALS.includes(code));
  return {
    reason: rpcNamed(rpc)?.meanings?.[code] ?? reason,
    delivery: isRefusal ? "not_sent" : "maybe_sent",
  };
}

/** Whether the code is the server's own, and not made up from something else. */
export function isAnswered(error: ConnectError): boolean {
  // A status of 0 with an error beside it: the call went well, only its answer was broken.
  return factsOf(error).answered ?? error.metadata.get("grpc-status") === String(error.code);
}
