import { create, type DescMessage } from "@bufbuild/protobuf";
import type { Interceptor, UnaryResponse } from "@connectrpc/connect";
import { untilDeadline } from "../call/deadline.js";
import { type StopSignal, timeLeft } from "../call/stop.js";
import { type Exchange, runIntercepted, type UnaryCall } from "./intercepted-call.js";

/** Runs a unary call under its deadline and through its interceptors, without their machinery where there are none. */
export function runUnary<I extends DescMessage, O extends DescMessage>(
  interceptors: readonly Interceptor[] | undefined,
  call: UnaryCall<I, O>,
  send: (exchange: Exchange<I>) => Promise<UnaryResponse<I, O>>,
): Promise<UnaryResponse<I, O>> {
  const { method, url, requestMethod, fields, input } = call;
  return untilDeadline(call.signal, call.timeoutMs, async (signal) => {
    if (interceptors === undefined || interceptors.length === 0) {
      return send({ url, requestMethod, fields, message: create(method.input, input), signal });
    }
    return runIntercepted(interceptors, call, signal, send);
  });
}

/** The time that a call has, in milliseconds: by its own limit or the transport's; zero and less mean none. */
export function timeoutOf(
  signal: StopSignal | undefined,
  timeoutMs: number | undefined,
  defaultTimeoutMs: number | undefined,
): number | undefined {
  const chosen = timeLeft(signal, timeoutMs ?? defaultTimeoutMs);
  return chosen !== undefined && chosen > 0 ? chosen : undefined;
}
