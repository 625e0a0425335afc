import { createContextValues } from "@connectrpc/connect";
import { runStreamingCall } from "@connectrpc/connect/protocol";
import { untilDeadline } from "../../call/deadline.js";
import { MAX_TIMER_MS, markSent } from "../../call/stop.js";
import { toFields } from "../fields.js";
import type { RunServerStream } from "./exchange.js";
import { readMessages } from "./frames.js";
import { metadataOf } from "./headers.js";
import { unimplemented } from "./rule.js";

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
        const answer = await untilDeadline(signal, undefined, (stop) => {
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
