import { Code, ConnectError } from "@connectrpc/connect";
import { noteFacts, notSentError } from "../errors/facts.js";

/** The error of a call on a transport that was closed. */
export function closedError(): ConnectError {
  return notSentError("the connections were closed before the call", Code.Canceled, "canceled");
}

/** The error of a call that was under way. */
export function canceledByClose(): ConnectError {
  const error = new ConnectError("the connections were closed during the call", Code.Canceled);
  return noteFacts(error, { reason: "canceled" });
}
