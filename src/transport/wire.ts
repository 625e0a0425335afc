import { Code, type Transport } from "@connectrpc/connect";
import type { ManagementService } from "../../gen/zitadel/management_pb.js";
import { canceled, runUntil } from "../call/deadline.js";
import { type CloseOptions, Drain } from "../call/drain.js";
import { ownOptions } from "../call/own-options.js";
import type { Unary } from "../call/unary.js";
import { notSentError } from "../errors/facts.js";
import type { HttpClient } from "../http/client.js";
import { CONTENT_TYPES, type ContentType, type TransportOptions } from "../options.js";

/** A Connect `Transport` that can give its connections back. */
export interface ClosableTransport extends Transport {
  /**
   * Refuses new calls, lets those under way settle, streams too, then ends the
   * connections that the transport keeps. A stream is under way until all of it
   * has been read, or its reader has left.
   *
   * @throws ConnectError InvalidArgument if `graceMs` is no time
   */
  close(options?: CloseOptions): Promise<void>;
}

/** A transport as our wires make it: a `Stop` ends its unary calls too, and `close` ends its connections at once. */
export interface WireTransport extends Transport {
  unary: Unary;
  close(): Promise<void>;
}

/** Makes the transport of one wire. */
export type Wire<Options extends TransportOptions> = (options: Options) => WireTransport;

/** The wires that a runtime can offer; a build that leaves one out does not load it. */
export interface Platform<Options extends TransportOptions = TransportOptions> {
  /** How error messages call it. */
  readonly name: string;
  readonly defaultContentType: ContentType;
  /** The rpc of the client, by the stubs that the platform's wires need. */
  readonly method: typeof ManagementService.method.resendHumanInitialization;
  readonly grpc?: Wire<Options>;
  readonly grpcWeb?: Wire<Options>;
  readonly rest?: Wire<Options>;
  /** Opens plain HTTP, for what is not a call of a service: a token endpoint. */
  readonly http: (options: Partial<Options>) => { readonly http: HttpClient; close(): Promise<void> };
}

/** Content type to wire, on one platform. */
export function createTransportOn<Options extends TransportOptions>(
  platform: Platform<Options>,
  options: Options,
): WireTransport {
  const wires: Record<ContentType, Wire<Options> | undefined> = {
    "application/grpc": platform.grpc,
    "application/grpc-web+proto": platform.grpcWeb,
    "application/json": platform.rest,
  };
  const contentType = options.contentType ?? platform.defaultContentType;
  const offered = CONTENT_TYPES.filter((type) => wires[type] !== undefined);
  const wire = offered.includes(contentType) ? wires[contentType] : undefined;
  if (wire !== undefined) return wire(options);
  throw notSentError(
    `contentType ${JSON.stringify(contentType)} is not available in ${platform.name}; use ${offered.join(" or ")}`,
    Code.InvalidArgument,
    "not_supported",
  );
}

/** A transport on one platform that lets its calls settle before it is closed, as a client does. */
export function drainedTransportOn<Options extends TransportOptions>(
  platform: Platform<Options>,
  given: Options,
): ClosableTransport {
  const options = ownOptions(given);
  const wire = createTransportOn(platform, options);
  const { defaultTimeoutMs } = options;
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
