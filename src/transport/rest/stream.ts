import type { DescMessage, DescMethodServerStreaming, MessageInitShape } from "@bufbuild/protobuf";
import {
  type ContextValues,
  createContextValues,
  type Interceptor,
  type StreamResponse,
} from "@connectrpc/connect";
import { runStreamingCall } from "@connectrpc/connect/protocol";
import { withDeadline } from "../../call/deadline.js";
import { MAX_TIMER_MS, markSent } from "../../call/stop.js";
import { type HttpFields, toFields } from "../http.js";
import type { Exchange } from "./exchange.js";
import { readMessages } from "./frames.js";
import { metadataOf } from "./headers.js";
import { unimplemented } from "./rule.js";

/** A server-streaming call as a Connect `Transport` takes it, with what REST made of it. */
interface StreamCall<I extends DescMessage, O extends DescMessage> {
  readonly method: DescMethodServerStreaming<I, O>;
  readonly requestMethod: string;
  readonly url: string;
  readonly fields: HttpFields;
  readonly input: AsyncIterable<MessageInitShape<I>>;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly contextValues: ContextValues | undefined;
}

/** Runs a server-streaming call through its interceptors; its messages come as they arrive. */
export type RunServerStream = <I extends DescMessage, O extends DescMessage>(
  interceptors: readonly Interceptor[] | undefined,
  call: StreamCall<I, O>,
  exchange: Exchange,
) => Promise<StreamResponse<I, O>>;

export const runServerStream: RunServerStream = (interceptors, call, exchange) => {
  const { method, requestMethod, url, fields, input, signal, timeoutMs, contextValues } = call;
  const common = { stream: true, service: method.parent, method } as const;
  return runStreamingCall({
    interceptors: [...(interceptors ?? [])],
    ...(signal && { signal }),
    ...(timeoutMs !== undefined && timeoutMs <= MAX_TIMER_MS && { timeoutMs }),
    req: {
      ...common,
      requestMethod,
      url,
      header: new Headers(fields),
      contextValues: contextValues ?? createContextValues(),
      message: input,
    },
    next: async (request) => {
      for await (const message of request.message) {
        const { header, signal } = request;
        // The signal goes with the request too, because it also ends the stream.
        const answer = await withDeadline(signal, undefined, (stop) => {
          markSent(stop);
          return exchange(method, message, toFields(header), signal);
        });
        return {
          ...common,
          ...metadataOf(answer.response),
          message: readMessages(answer, method.output),
        };
      }
      throw unimplemented(method, "a request is one message there");
    },
  });
};
