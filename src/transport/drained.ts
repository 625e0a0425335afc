import type { Transport } from "@connectrpc/connect";
import { canceled, runUntil } from "../call/deadline.js";
import { Drain } from "../call/drain.js";
import type { ClosableTransport, WireTransport } from "./platform.js";

/**
 * A wire that lets its calls settle before it is closed, as a client does.
 *
 * @param defaultTimeoutMs deadline of unary calls that bring none
 */
export function drained(wire: WireTransport, defaultTimeoutMs: number | undefined): ClosableTransport {
  const drain = new Drain();
  const unary: Transport["unary"] = async (method, signal, timeoutMs, header, input, contextValues) => {
    drain.enter();
    const limitMs = timeoutMs ?? defaultTimeoutMs ?? 0;
    try {
      const send = (stop: Parameters<WireTransport["unary"]>[1]) =>
        wire.unary(method, stop, limitMs, header, input, contextValues);
      return await runUntil(signal, limitMs > 0 ? limitMs : undefined, canceled, send, drain.calls);
    } finally {
      drain.leave();
    }
  };
  const stream: Transport["stream"] = async (method, signal, timeoutMs, header, input, contextValues) => {
    drain.enter();
    const controller = new AbortController();
    const abort = () => controller.abort(signal?.reason);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    const call = { fail: (reason: unknown) => controller.abort(reason) };
    drain.calls.add(call);
    const leave = () => {
      signal?.removeEventListener("abort", abort);
      if (drain.calls.delete(call)) drain.leave();
    };
    try {
      const response = await wire.stream(method, controller.signal, timeoutMs, header, input, contextValues);
      return { ...response, message: untilRead(response.message, leave) };
    } catch (error) {
      leave();
      throw error;
    }
  };
  return { unary, stream, close: (options) => drain.close(options, () => wire.close()) };
}

/** The messages of a stream, with a call at their end, however it comes about. */
async function* untilRead<T>(messages: AsyncIterable<T>, end: () => void): AsyncGenerator<T> {
  try {
    yield* messages;
  } finally {
    end();
  }
}
