import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ContextValues,
  type Transport,
  type UnaryResponse,
} from "@connectrpc/connect";
import { hasFacts, withFacts } from "../errors/facts.js";
import { causesOf, saidBy } from "../errors/from-causes.js";
import { isAnswered } from "../errors/from-code.js";
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
 * Whether an error is the transport's own: it has facts or no cause, or says
 * the same as its cause, as connect-node's of a connection does.
 */
function isOwnOf(thrown: unknown): boolean {
  if (!(thrown instanceof ConnectError)) return false;
  const [, ...causes] = causesOf(thrown);
  const isPlain =
    causes.length === 0 || isAnswered(thrown) || causes.some((cause) => saidBy(cause) === thrown.rawMessage);
  return hasFacts(thrown) || (thrown.code !== Code.Unknown && isPlain);
}

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
      throw isOwnOf(thrown) ? thrown : withFacts(thrown, { delivery: "maybe_sent" });
    }
  };
}
