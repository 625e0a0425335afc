import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { explainError } from "../errors/explain.js";
import { noteFacts, notSentError } from "../errors/facts.js";

/** The time that a call has where neither it nor its client says, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 10_000;

/** The longest time that the eight digits of `grpc-timeout` can say in milliseconds: 27 hours. */
const MAX_TIMEOUT_MS = 99_999_999;

/** Calls that have certainly sent nothing so far, by the signal that their layers hand down. */
const unsent = new WeakSet<AbortSignal>();

/** Most controllers that one client keeps for its next calls. */
const MAX_SPARE = 256;

/**
 * Ends a call when its time is over (DeadlineExceeded) or its caller gives up
 * (Canceled, the signal's reason as `cause`), whatever the layers and the peer
 * underneath do about it: they get a signal that tells them to stop, and nobody
 * waits for them. The time covers the whole call: tokens, waits and attempts.
 *
 * A call's own `timeoutMs` goes before the default; zero and less mean no
 * deadline, and that is what goes down, so that no default of the transport
 * steps in. More than 27 hours count as 27 hours. Anything that is not a number
 * is refused with InvalidArgument.
 *
 * Needs {@link withSendMark} next to the wire to know whether a mail may be out.
 *
 * @param reusesSignals true where what is underneath has forgotten a call's
 *   signal when it answers, as our wires have: calls that went well then share
 *   signals one after the other, because a new one costs more than all else here
 */
export function withDeadline(
  next: Transport["unary"],
  defaultTimeoutMs?: number,
  reusesSignals = false,
): Transport["unary"] {
  const defaultMs = wholeTimeoutMs(defaultTimeoutMs ?? DEFAULT_TIMEOUT_MS);
  const spare: AbortController[] = [];
  return (method, signal, timeoutMs, header, input, contextValues) =>
    new Promise((resolve, reject) => {
      const limitMs = timeoutMs === undefined ? defaultMs : wholeTimeoutMs(timeoutMs);
      const controller = spare.pop() ?? new AbortController();
      unsent.add(controller.signal);
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", stop);
      };
      const stop = () => {
        settle();
        const error = noteFacts(signal?.aborted ? canceled(signal) : deadlineExceeded(limitMs), {
          reason: signal?.aborted ? "canceled" : "timeout",
          delivery: unsent.has(controller.signal) ? "not_sent" : "maybe_sent",
        });
        reject(error);
        controller.abort(error);
      };
      const timer = limitMs > 0 ? setTimeout(stop, limitMs) : undefined;
      if (signal?.aborted) return stop();
      signal?.addEventListener("abort", stop);
      const fail = (error: unknown) => {
        settle();
        reject(error);
      };
      try {
        next(method, controller.signal, limitMs, header, input, contextValues).then((response) => {
          settle();
          if (reusesSignals && !controller.signal.aborted && spare.length < MAX_SPARE) spare.push(controller);
          resolve(response);
        }, fail);
      } catch (error) {
        fail(error);
      }
    });
}

/**
 * Stands next to the wire and keeps book for {@link withDeadline}: from here on
 * a mail may go out, unless the attempt fails in a way that rules it out.
 */
export function withSendMark(next: Transport["unary"]): Transport["unary"] {
  return async (method, signal, timeoutMs, header, input, contextValues) => {
    const untilNow = signal !== undefined && unsent.delete(signal);
    try {
      return await next(method, signal, timeoutMs, header, input, contextValues);
    } catch (error) {
      if (untilNow && explainError(error).delivery === "not_sent") unsent.add(signal);
      throw error;
    }
  };
}

function wholeTimeoutMs(timeoutMs: unknown): number {
  if (typeof timeoutMs !== "number" || Number.isNaN(timeoutMs)) {
    throw notSentError(
      `timeoutMs is ${String(timeoutMs)}; expected milliseconds, or 0 for no deadline`,
      Code.InvalidArgument,
      "invalid_request",
    );
  }
  return timeoutMs > 0 ? Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_MS) : 0;
}

function canceled({ reason }: AbortSignal): ConnectError {
  return new ConnectError("the caller gave up the call", Code.Canceled, undefined, undefined, reason);
}

function deadlineExceeded(limitMs: number): ConnectError {
  return new ConnectError(`the call was not over after ${limitMs} ms`, Code.DeadlineExceeded);
}
