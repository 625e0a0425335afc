import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import { ConnectError, type ContextValues, type Transport, type UnaryResponse } from "@connectrpc/connect";
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

/** The unary calls of any transport: one of somebody else knows no `Stop`, so it gets what that knows, and may throw anything. */
export function unaryOf(transport: Pick<Transport, "unary">): Unary {
  return async (method, signal, timeoutMs, header, input, contextValues) => {
    markSent(signal);
    const abortSignal = signal && toAbortSignal(signal);
    const leftMs = timeLeft(signal, timeoutMs);
    return transport.unary(method, abortSignal, leftMs, header, input, contextValues).catch((error) => {
      throw ConnectError.from(error);
    });
  };
}
