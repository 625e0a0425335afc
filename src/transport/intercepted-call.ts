import type { DescMessage } from "@bufbuild/protobuf";
import { createContextValues, type Interceptor, type UnaryResponse } from "@connectrpc/connect";
import { runUnaryCall } from "@connectrpc/connect/protocol";
import { toFields } from "./http.js";
import { type StopSignal, toAbortSignal } from "./stop.js";
import type { Exchange, UnaryCall } from "./unary-call.js";

/** Runs a call through its interceptors, the first one outermost. */
export async function runIntercepted<I extends DescMessage, O extends DescMessage>(
  interceptors: readonly Interceptor[],
  call: UnaryCall<I, O>,
  signal: StopSignal | undefined,
  send: (exchange: Exchange<I>) => Promise<UnaryResponse<I, O>>,
): Promise<UnaryResponse<I, O>> {
  const { method, requestMethod, url, fields, input } = call;
  return runUnaryCall<I, O>({
    // The first turns what the others throw on the spot into a rejection, which Connect expects.
    interceptors: [(next) => async (request) => next(request), ...interceptors],
    ...(signal && { signal: toAbortSignal(signal) }),
    req: {
      stream: false,
      service: method.parent,
      method,
      requestMethod,
      url,
      header: new Headers(fields),
      contextValues: call.contextValues ?? createContextValues(),
      message: input,
    },
    next: async (request) => send({ ...request, fields: toFields(request.header) }),
  });
}
