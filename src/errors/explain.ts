import { Code, ConnectError } from "@connectrpc/connect";
import { meaningOf } from "../zitadel/error-ids.js";
import { causesOf } from "./causes.js";
import { deliveryOfCode, isAnswered, reasonOfCode } from "./code.js";
import { errorIdOf } from "./error-id.js";
import { factsOf } from "./facts.js";
import { hintOf } from "./hint.js";
import { httpStatusIn, verdictOfHttpStatus } from "./http-status.js";
import { verdictOfCauses } from "./network.js";
import type { Delivery, Reason } from "./reason.js";
import { retryAfterMsOf } from "./retry-after.js";
import type { Verdict } from "./verdict.js";

/** Why a call failed, and what to do about it. */
export interface Failure {
  readonly reason: Reason;
  /** Whether a mail may have gone out. */
  readonly delivery: Delivery;
  /** Whether the default retry policy may repeat the call: nothing was sent, and it may work next time. */
  readonly retryable: boolean;
  readonly code: Code;
  /** ZITADEL's id of the error, such as `COMMAND-2M9sd`. */
  readonly id?: string;
  /** Status of the HTTP answer, where it is known. */
  readonly httpStatus?: number;
  /** How long the server asked to wait, in milliseconds; 0: the call may be repeated at once. */
  readonly retryAfterMs?: number;
  /** What a person can do, in English. */
  readonly hint: string;
}

/**
 * Explains any value that a call threw, also one of another Connect client.
 *
 * Goes by what was noted where the error was made, ZITADEL's error ids, HTTP
 * statuses, the chain of causes and the code, in this order; never by words
 * that a server may translate. `delivery` is `not_sent` only where that is
 * certain. Changes nothing.
 */
export function explainError(error: unknown): Failure {
  const subject = connectErrorIn(error);
  const facts = factsOf(subject);
  const id = errorIdOf(subject);
  const httpStatus = facts.httpStatus ?? httpStatusIn(subject.rawMessage);
  const verdict = judge(error, subject, id, httpStatus);
  const reason = facts.reason ?? verdict.reason;
  const delivery = facts.delivery ?? verdict.delivery;
  const retryAfterMs = facts.retryAfterMs ?? verdict.retryAfterMs ?? retryAfterMsOf(subject.metadata);
  return {
    reason,
    delivery,
    retryable:
      delivery === "not_sent" &&
      (reason === "unreachable" || reason === "rate_limited") &&
      verdict.because !== "certificate",
    code: subject.code,
    ...(id && { id }),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    hint: hintOf(reason, delivery, { ...verdict, ...facts }),
  };
}

/** Weighs the evidence: ZITADEL's id, the server's own code, an HTTP status, what the connection died of. */
function judge(
  thrown: unknown,
  subject: ConnectError,
  id: string | undefined,
  httpStatus: number | undefined,
): Verdict {
  const { code, metadata } = subject;
  const answered = id !== undefined || isAnswered(subject);
  const byCode = { reason: reasonOfCode(code, answered), delivery: deliveryOfCode(code, answered) };
  if (id !== undefined) {
    const meaning = meaningOf(id, code);
    if (meaning !== undefined) return { reason: meaning, delivery: "not_sent" };
    return code === Code.ResourceExhausted ? { reason: "quota_exhausted", delivery: "not_sent" } : byCode;
  }
  // An edge that speaks gRPC: Envoy says Unavailable, others ResourceExhausted.
  if (
    metadata.has("x-envoy-ratelimited") ||
    (answered && code === Code.ResourceExhausted && metadata.has("retry-after"))
  ) {
    return { reason: "rate_limited", delivery: "not_sent" };
  }
  if (!answered) {
    const isFailure = httpStatus && (httpStatus < 200 || httpStatus > 299);
    if (isFailure) return verdictOfHttpStatus(httpStatus);
    // A status of success says little about an answer that cannot be used, but that somebody else gave it.
    const foreign = httpStatus && code === Code.Unknown ? verdictOfHttpStatus(httpStatus) : undefined;
    return verdictOfCauses(thrown) ?? foreign ?? byCode;
  }
  // ZITADEL names no id for a path that it does not have, but for a user that it does not have.
  return httpStatus === 404 ? verdictOfHttpStatus(httpStatus) : byCode;
}

/** The error to explain in what was thrown: a wrapper, or an interceptor, may have put others around it. */
function connectErrorIn(thrown: unknown): ConnectError {
  const errors = causesOf(thrown).filter((cause) => cause instanceof ConnectError);
  return errors.find(({ code }) => code !== Code.Unknown) ?? errors[0] ?? connectErrorFor(thrown);
}

function connectErrorFor(thrown: unknown): ConnectError {
  const name = thrown instanceof Error ? thrown.name : undefined;
  const code =
    name === "AbortError" ? Code.Canceled : name === "TimeoutError" ? Code.DeadlineExceeded : Code.Unknown;
  return new ConnectError("", code, undefined, undefined, thrown);
}
