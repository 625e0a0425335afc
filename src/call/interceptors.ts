import {
  create,
  type DescMessage,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ContextValues,
  createContextValues,
  type Interceptor,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import { explainError } from "../errors/explain.js";
import { maybeSentError, withFacts } from "../errors/facts.js";
import { causesOf } from "../errors/from-causes.js";
import { closedError } from "./drain.js";
import { type HttpFields, toFields } from "./fields.js";
import { markSent, type StopSignal, toAbortSignal } from "./stop.js";
import type { Unary } from "./unary.js";

/**
 * Runs each call once through Connect's interceptors, the first one outermost.
 * The URL that they see is the method's under `baseUrl`, on every wire alike.
 */
export function withInterceptors(next: Unary, interceptors: readonly Interceptor[], baseUrl: string): Unary {
  const prefix = baseUrl.replace(/\/$/, "");
  return async (method, signal, timeoutMs, header, input, contextValues) => {
    const url = `${prefix}/${method.parent.typeName}/${method.name}`;
    const call = {
      ...{ method, requestMethod: "POST", url, fields: toFields(header), input },
      ...{ signal, timeoutMs, contextValues },
    };
    return runIntercepted(interceptors, call, signal, (exchange) =>
      next(method, exchange.signal, timeoutMs, exchange.fields, exchange.message, contextValues),
    );
  };
}

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
export interface InterceptedRequest<I extends DescMessage> {
  readonly url: string;
  readonly requestMethod: string;
  readonly fields: HttpFields;
  readonly message: MessageShape<I>;
  readonly signal: StopSignal | undefined;
}

/**
 * Runs a call through its interceptors, the first one outermost. Connect's own
 * `runUnaryCall` also has a deadline and signals, which a call has here
 * already, and pages twice.
 *
 * What interceptors throw comes out as a ConnectError, and says nothing about
 * the mail: that is known of what was sent. An attempt that went well, that may
 * have sent a mail, or that is still under way counts for the whole call,
 * whatever came after it.
 */
export async function runIntercepted<I extends DescMessage, O extends DescMessage>(
  interceptors: readonly Interceptor[],
  call: UnaryCall<I, O>,
  signal: StopSignal | undefined,
  send: (exchange: InterceptedRequest<I>) => Promise<UnaryResponse<I, O>>,
): Promise<UnaryResponse<I, O>> {
  const { method, requestMethod, url, fields, input } = call;
  const failures: unknown[] = [];
  let sent = 0;
  let isOver = false;
  const sendLast: Parameters<Interceptor>[0] = async (request) => {
    if (!isUnary<UnaryRequest<I, O>>(request)) throw notUnaryError();
    // The request has a signal of its own, which does not tell.
    if (isOver) throw closedError();
    markSent(signal);
    sent++;
    try {
      const response = await send({ ...request, fields: toFields(request.header) });
      // All of it as its own, so that an interceptor may copy it.
      return { ...response, header: response.header, trailer: response.trailer };
    } catch (error) {
      if (explainError(error).delivery === "not_sent") sent--;
      failures.push(error);
      throw error;
    }
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
    if (!isUnary<UnaryResponse<I, O>>(response)) throw notUnaryError();
    return response;
  } catch (thrown) {
    // Nothing leaves any more once this is said.
    isOver = sent === 0;
    const delivery = isOver ? "not_sent" : "maybe_sent";
    if (failures.includes(thrown) && explainError(thrown).delivery === delivery) throw thrown;
    const isFailure = causesOf(thrown).some((cause) => failures.includes(cause));
    throw isOver ? withFacts(thrown, { delivery }) : maybeSentError(thrown, isFailure);
  }
}

/** Interceptors know nothing of a method's messages, which are not theirs to change. */
function isUnary<T extends { readonly stream: false }>(value: { readonly stream: boolean }): value is T {
  return !value.stream;
}

function notUnaryError(): ConnectError {
  return new ConnectError("an interceptor made a stream", Code.Internal);
}
