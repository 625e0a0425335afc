import { create, type DescMessage, type DescMethodUnary, type MessageShape } from "@bufbuild/protobuf";
import type { Interceptor, UnaryResponse } from "@connectrpc/connect";
import { untilDeadline } from "../call/deadline.js";
import { type InterceptedRequest, runIntercepted, type UnaryCall } from "../call/interceptors.js";
import { type StopSignal, timeLeft } from "../call/stop.js";

/** Runs a unary call under its deadline and through its interceptors, without their machinery where there are none. */
export function runUnary<I extends DescMessage, O extends DescMessage>(
  interceptors: readonly Interceptor[] | undefined,
  call: UnaryCall<I, O>,
  send: (exchange: InterceptedRequest<I>) => Promise<UnaryResponse<I, O>>,
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

/** Header and trailer of an answer. */
export interface Metadata {
  readonly header: Headers;
  readonly trailer: Headers;
}

/** A response whose metadata is made when somebody asks for it, which hardly any caller does. */
export class LazyUnaryResponse<I extends DescMessage, O extends DescMessage, Source>
  implements UnaryResponse<I, O>
{
  readonly stream = false;
  readonly service: UnaryResponse["service"];
  readonly method: DescMethodUnary<I, O>;
  readonly message: MessageShape<O>;
  readonly #source: Source;
  readonly #metadataOf: (source: Source) => Metadata;
  #metadata: Metadata | undefined;

  /** @param metadataOf one function for all calls, because a new one costs more than all else here */
  constructor(
    method: DescMethodUnary<I, O>,
    message: MessageShape<O>,
    source: Source,
    metadataOf: (source: Source) => Metadata,
  ) {
    this.service = method.parent;
    this.method = method;
    this.message = message;
    this.#source = source;
    this.#metadataOf = metadataOf;
  }

  get header(): Headers {
    return this.#read().header;
  }

  get trailer(): Headers {
    return this.#read().trailer;
  }

  #read(): Metadata {
    this.#metadata ??= this.#metadataOf(this.#source);
    return this.#metadata;
  }
}
