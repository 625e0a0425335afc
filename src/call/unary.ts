import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ContextValues,
  type Transport,
  type UnaryResponse,
} from "@connectrpc/connect";
import { factsOf, withFacts } from "../errors/facts.js";
import { markSent, type StopSignal, timeLeft, toAbortSignal } from "./stop.js";

/**
 * Makes a unary call, as a Connect `Transport` does; what ends it may also be a
 * `Stop`. What it refuses it may also throw at once: a layer is not async where it
 * has nothing to wait for, because that costs every call.
 */
export type Unary = <I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  signal: StopSignal | undefined,
  timeoutMs: number | undefined,
  header: HeadersInit | undefined,
  input: MessageInitShape<I>,
  contextValues?: ContextValues,
) => Promise<UnaryResponse<I, O>>;

/**
 * The unary calls of any transport. One of somebody else knows no `Stop`, so it
 * gets what that knows, and it may throw anything. What it throws without a code
 * of its own comes from code around the call, an interceptor for one, which may
 * run after the server has accepted: its causes prove nothing.
 */
export function unaryOf(transport: Pick<Transport, "unary">): Unary {
  return async (method, signal, timeoutMs, header, input, contextValues) => {
    markSent(signal);
    const abortSignal = signal && toAbortSignal(signal);
    const leftMs = timeLeft(signal, timeoutMs);
    try {
      return await transport.unary(method, abortSignal, leftMs, header, input, contextValues);
    } catch (thrown) {
      const error = ConnectError.from(thrown);
      throw error.code === Code.Unknown && factsOf(error).delivery === undefined
        ? withFacts(error, { delivery: "maybe_sent" })
        : error;
    }
  };
}
