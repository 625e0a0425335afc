import type { DescMessage, DescMethodStreaming, MessageInitShape } from "@bufbuild/protobuf";
import {
  type ContextValues,
  createContextValues,
  type Interceptor,
  type StreamResponse,
} from "@connectrpc/connect";
import { runStreamingCall } from "@connectrpc/connect/protocol";
import { MAX_TIMER_MS, withDeadline } from "../deadline.js";
import { type HttpFields, toFields } from "../http.js";
import { encodeMessage } from "../message-bytes.js";
import { join } from "../read-all.js";
import type { ReadOptions } from "./answer.js";
import { readMessages } from "./answer-stream.js";
import { frameRequest } from "./request.js";
import type { GrpcWebRuntime } from "./runtime.js";
import { sendRequest } from "./send.js";
import { headerError } from "./status.js";

/** A streaming call, with what its wire made of it. */
export interface StreamCall<I extends DescMessage, O extends DescMessage> {
  readonly method: DescMethodStreaming<I, O>;
  readonly url: string;
  readonly fields: HttpFields;
  readonly input: AsyncIterable<MessageInitShape<I>>;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly contextValues: ContextValues | undefined;
}

/** What all streaming calls of a transport have in common. */
export interface StreamOptions {
  readonly interceptors: readonly Interceptor[];
  readonly writeMaxBytes: number;
  readonly read: ReadOptions;
  readonly runtime: GrpcWebRuntime;
}

/**
 * Runs a call that streams in one direction. Its request goes out when all of
 * its messages are there: `fetch` sends no other.
 */
export type RunStream = <I extends DescMessage, O extends DescMessage>(
  call: StreamCall<I, O>,
  options: StreamOptions,
) => Promise<StreamResponse<I, O>>;

export const runStream: RunStream = (call, { interceptors, writeMaxBytes, read, runtime }) => {
  const { method, url, fields, input, signal, timeoutMs, contextValues } = call;
  return runStreamingCall({
    interceptors: [...interceptors],
    ...(signal && { signal }),
    ...(timeoutMs !== undefined && timeoutMs <= MAX_TIMER_MS && { timeoutMs }),
    req: {
      stream: true,
      service: method.parent,
      method,
      requestMethod: "POST",
      url,
      header: new Headers(fields),
      contextValues: contextValues ?? createContextValues(),
      message: input,
    },
    next: async (request) => {
      const frames: Uint8Array[] = [];
      let size = 0;
      for await (const message of request.message) {
        const frame = await frameRequest(encodeMessage(method.input, message, writeMaxBytes), runtime);
        frames.push(frame);
        size += frame.byteLength;
      }
      const { requestMethod, url, signal } = request;
      const sent = {
        method: requestMethod,
        url,
        fields: toFields(request.header),
        body: join(frames, size),
        signal,
      };
      // The signal goes with the request, because it also ends the stream.
      const response = await withDeadline(signal, undefined, () => sendRequest(runtime.http, sent));
      const error = headerError(response);
      if (error) throw error;
      const trailer = new Headers();
      return {
        stream: true,
        service: method.parent,
        method,
        header: response.header,
        trailer,
        message: readMessages(response, url, method.output, trailer, read),
      };
    },
  });
};
