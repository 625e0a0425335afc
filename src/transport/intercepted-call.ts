import { create, type DescMessage } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createContextValues,
  type Interceptor,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import { markSent, type StopSignal, toAbortSignal } from "../call/stop.js";
import { noteFacts } from "../errors/facts.js";
import { toFields } from "./http.js";
import type { Exchange, UnaryCall } from "./unary-call.js";

/**
 * Runs a call through its interceptors, the first one outermost; what they
 * throw comes out as a ConnectError. Connect's own `runUnaryCall` also has a
 * deadline and signals, which a call has here already, and pages twice.
 */
export async function runIntercepted<I extends DescMessage, O extends DescMessage>(
  interceptors: readonly Interceptor[],
  call: UnaryCall<I, O>,
  signal: StopSignal | undefined,
  send: (exchange: Exchange<I>) => Promise<UnaryResponse<I, O>>,
): Promise<UnaryResponse<I, O>> {
  const { method, requestMethod, url, fields, input } = call;
  let isAnswered = false;
  const sendLast: Parameters<Interceptor>[0] = async (request) => {
    if (!isUnary<UnaryRequest<I, O>>(request)) throw streamError();
    // The request has a signal of its own, which does not tell.
    markSent(signal);
    const response = await send({ ...request, fields: toFields(request.header) });
    isAnswered = true;
    // All of it as its own, so that an interceptor may copy it.
    return { ...response, header: response.header, trailer: response.trailer };
  };
  try {
    const run = interceptors.reduceRight((next, interceptor) => interceptor(next), sendLast);
    const response = await run({
      stream: false,
      service: method.parent,
      method,
      requestMethod,
      url,
      header: new Headers(fields),
      contextValues: call.contextValues ?? createContextValues(),
      message: create(method.input, input),
      signal: signal ? toAbortSignal(signal) : new AbortController().signal,
    });
    if (!isUnary<UnaryResponse<I, O>>(response)) throw streamError();
    return response;
  } catch (thrown) {
    const error = ConnectError.from(thrown);
    // Whatever an interceptor makes of it, the call went well.
    throw isAnswered ? noteFacts(error, { delivery: "maybe_sent" }) : error;
  }
}

/** Interceptors know nothing of a method's messages, which are not theirs to change. */
function isUnary<T extends { readonly stream: false }>(value: { readonly stream: boolean }): value is T {
  return !value.stream;
}

function streamError(): ConnectError {
  return new ConnectError("an interceptor made a stream of a call that is none", Code.Internal);
}
