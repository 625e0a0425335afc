import { Code, type ConnectError } from "@connectrpc/connect";
import { factsOf } from "./facts.js";
import type { Delivery, Reason } from "./reason.js";

/** What an RPC code says where nothing says more. */
export function reasonOfCode(code: Code, answered: boolean): Reason {
  switch (code) {
    case Code.Canceled:
      return "canceled";
    case Code.DeadlineExceeded:
      return "timeout";
    case Code.InvalidArgument:
    case Code.OutOfRange:
    case Code.AlreadyExists:
      return "invalid_request";
    case Code.NotFound:
      return "user_not_found";
    case Code.FailedPrecondition:
      return "already_initialized";
    case Code.PermissionDenied:
      return "permission_denied";
    case Code.Unauthenticated:
      return "unauthenticated";
    case Code.ResourceExhausted:
      return "too_large";
    case Code.Unimplemented:
      return "not_supported";
    case Code.Unavailable:
      return "unreachable";
    case Code.Aborted:
    case Code.Internal:
    case Code.DataLoss:
      return "server_error";
    case Code.Unknown:
      return answered ? "server_error" : "unknown";
    default:
      code satisfies never;
      return "unknown";
  }
}

/** Codes that are a refusal when a server gives them; Connect also makes up those of the second list. */
const REFUSALS: readonly Code[] = [
  Code.InvalidArgument,
  Code.NotFound,
  Code.AlreadyExists,
  Code.FailedPrecondition,
  Code.PermissionDenied,
  Code.Unauthenticated,
];
const ANSWERED_REFUSALS: readonly Code[] = [Code.OutOfRange, Code.Unimplemented, Code.ResourceExhausted];

/** Whether a code says for certain that the request was refused. */
export function deliveryOfCode(code: Code, answered: boolean): Delivery {
  return REFUSALS.includes(code) || (answered && ANSWERED_REFUSALS.includes(code))
    ? "not_sent"
    : "maybe_sent";
}

/** Whether the code is the server's own, and not made up from something else. */
export function isAnswered(error: ConnectError): boolean {
  // A status of 0 with an error beside it: the call went well, only its answer was broken.
  return factsOf(error).answered ?? error.metadata.get("grpc-status") === String(error.code);
}
