import {
  create,
  type DescMessage,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import type { ContextValues, Interceptor, UnaryResponse } from "@connectrpc/connect";
import { withDeadline } from "../call/deadline.js";
import { type StopSignal, timeLeft } from "../call/stop.js";
import type { HttpFields } from "./http.js";
import { runIntercepted } from "./intercepted-call.js";

/** A unary call as a Connect `Transport` takes it, with what its wire made of it. */
export interface UnaryCall<I extends DescMessage, O extends DescMessage> {
  readonly method: DescMethodUnary<I, O>;
  readonly requestMethod: string;
  readonly url: string;
  /** All of the request, the wire's own included. */
  readonly fields: HttpFields;
  readonly input: MessageInitShape<I>;
  readonly signal: StopSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly contextValues: ContextValues | undefined;
}

/** What is left to send when the interceptors have seen it. */
export interface Exchange<I extends DescMessage> {
  readonly url: string;
  readonly requestMethod: string;
  readonly fields: HttpFields;
  readonly message: MessageShape<I>;
  readonly signal: StopSignal | undefined;
}

/** Runs a unary call under its deadline and through its interceptors, without their machinery where there are none. */
export function runUnary<I extends DescMessage, O extends DescMessage>(
  interceptors: readonly Interceptor[] | undefined,
  call: UnaryCall<I, O>,
  send: (exchange: Exchange<I>) => Promise<UnaryResponse<I, O>>,
): Promise<UnaryResponse<I, O>> {
  const { method, url, requestMethod, fields, input } = call;
  return withDeadline(call.signal, call.timeoutMs, async (signal) => {
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
