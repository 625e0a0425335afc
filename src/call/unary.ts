import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import type { ContextValues, Transport, UnaryResponse } from "@connectrpc/connect";
import { markSent, type StopSignal, timeLeft, toAbortSignal } from "./stop.js";

/**
 * Makes a unary call, as a Connect `Transport` does; what ends it may also be a
 * `Stop`. What it refuses it may also throw at once: none of the layers is async
 * where it has nothing to wait for, because that costs every call.
 */
export type Unary = <I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  signal: StopSignal | undefined,
  timeoutMs: number | undefined,
  header: HeadersInit | undefined,
  input: MessageInitShape<I>,
  contextValues?: ContextValues,
) => Promise<UnaryResponse<I, O>>;

/** The unary calls of any transport: one of somebody else knows no `Stop`, so it gets what that knows. */
export function unaryOf(transport: Pick<Transport, "unary">): Unary {
  return (method, signal, timeoutMs, header, input, contextValues) => {
    markSent(signal);
    const abortSignal = signal && toAbortSignal(signal);
    return transport.unary(method, abortSignal, timeLeft(signal, timeoutMs), header, input, contextValues);
  };
}
