import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import type { ContextValues, Transport, UnaryResponse } from "@connectrpc/connect";
import { markSent, type StopSignal, toAbortSignal } from "./stop.js";

/** Makes a unary call, as a Connect `Transport` does; what ends it may also be a `Stop`. */
export type Unary = <I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  signal: StopSignal | undefined,
  timeoutMs: number | undefined,
  header: HeadersInit | undefined,
  input: MessageInitShape<I>,
  contextValues?: ContextValues,
) => Promise<UnaryResponse<I, O>>;

/** The unary calls of any transport: one of somebody else knows no `Stop`, and does not say when it sends. */
export function unaryOf(transport: Pick<Transport, "unary">): Unary {
  return (method, signal, timeoutMs, header, input, contextValues) => {
    markSent(signal);
    return transport.unary(method, signal && toAbortSignal(signal), timeoutMs, header, input, contextValues);
  };
}
