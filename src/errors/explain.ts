import { Code, ConnectError } from "@connectrpc/connect";
import { meaningOf } from "../zitadel/error-ids.js";
import { factsOf, hasFacts } from "./facts.js";
import { causesOf, fieldOf, systemCodeIn, verdictOfCauses } from "./from-causes.js";
import { isAnswered, verdictOfCode } from "./from-code.js";
import { httpStatusIn, retryAfterMsOf, verdictOfHttpStatus } from "./from-http.js";
import { errorIdOf } from "./from-id.js";
import { hintOf } from "./hint.js";
import type { Delivery, Reason, Verdict } from "./verdict.js";

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
  /**
   * All of this in one line, in English, for logs: it holds no credential, no
   * address and no word that a peer wrote.
   */
  readonly summary: string;
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
  // An error of code around the call: its details are not of the call.
  const id = facts.reason === "unknown" ? undefined : errorIdOf(subject);
  const httpStatus = facts.httpStatus ?? httpStatusIn(subject.rawMessage);
  const verdict = judge(error, subject, id, httpStatus);
  const reason = facts.reason ?? verdict.reason;
  const delivery = facts.delivery ?? verdict.delivery;
  const advice =
    facts.orgNamed && reason === "user_not_found" ? OTHER_ORGANIZATION : (facts.advice ?? verdict.advice);
  const retryAfterMs = facts.retryAfterMs ?? verdict.retryAfterMs ?? retryAfterMsOf(subject.metadata);
  const evidence = [Code[subject.code], id, httpStatus && `HTTP ${httpStatus}`, systemCodeIn(error)];
  return {
    reason,
    delivery,
    retryable:
      delivery === "not_sent" &&
      ["unreachable", "rate_limited"].includes(reason) &&
      verdict.because !== "certificate",
    code: subject.code,
    ...(id && { id }),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    hint: hintOf(reason, delivery, advice),
    summary: `${delivery}: ${reason} (${evidence.filter(Boolean).join(", ")})`,
  };
}

const OTHER_ORGANIZATION = "Check userId and orgId: they do not go together.";

/** Weighs the evidence: ZITADEL's id, the server's own code, an HTTP status, what the connection died of. */
function judge(
  thrown: unknown,
  subject: ConnectError,
  id: string | undefined,
  httpStatus: number | undefined,
): Verdict {
  const { code, metadata } = subject;
  const answered = id !== undefined || isAnswered(subject);
  const byCode = verdictOfCode(code, answered, factsOf(subject).rpc);
  if (id !== undefined) {
    const meaning = meaningOf(id, code);
    if (meaning !== undefined) return { reason: meaning, delivery: "not_sent" };
    return code === Code.ResourceExhausted ? { reason: "quota_exhausted", delivery: "not_sent" } : byCode;
  }
  // An edge that speaks gRPC: Envoy says Unavailable.
  if (metadata.has("x-envoy-ratelimited")) return { reason: "rate_limited", delivery: "not_sent" };
  if (answered && code === Code.ResourceExhausted) return verdictOfExhausted(subject, httpStatus);
  if (answered && OUT_OF_TIME.test(subject.rawMessage)) return { ...byCode, reason: "timeout" };
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

/** How Go says that a deadline has passed, in any language of the caller. */
const OUT_OF_TIME = /\bcontext deadline exceeded$/;

/** Without an id ResourceExhausted is gRPC's own, of a message that is too large, or an edge's, of too many calls. */
function verdictOfExhausted({ rawMessage, metadata }: ConnectError, httpStatus: number | undefined): Verdict {
  // The words of gRPC in Go, which nobody translates.
  const [, direction] = /\b(received|send) message .{0,40}larger than max\b/.exec(rawMessage) ?? [];
  if (direction) return { reason: "too_large", delivery: direction === "send" ? "maybe_sent" : "not_sent" };
  const isEdge = httpStatus === 429 || metadata.has("retry-after");
  return { reason: "rate_limited", delivery: isEdge ? "not_sent" : "maybe_sent" };
}

/** The error to explain in what was thrown: a wrapper, or an interceptor, may have put others around it. */
function connectErrorIn(thrown: unknown): ConnectError {
  const errors = causesOf(thrown).filter((cause) => cause instanceof ConnectError);
  // What a call noted goes before what lies underneath.
  const told = errors.find((error) => hasFacts(error) || error.code !== Code.Unknown);
  return told ?? errors[0] ?? connectErrorFor(thrown);
}

function connectErrorFor(thrown: unknown): ConnectError {
  const name = fieldOf(thrown, "name");
  const code =
    name === "AbortError" ? Code.Canceled : name === "TimeoutError" ? Code.DeadlineExceeded : Code.Unknown;
  return new ConnectError("", code, undefined, undefined, thrown);
}
