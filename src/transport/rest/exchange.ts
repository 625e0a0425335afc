import type {
  DescField,
  DescMessage,
  DescMethod,
  DescMethodServerStreaming,
  JsonObject,
  JsonValue,
  Message,
  MessageInitShape,
  MessageShape,
  Registry,
} from "@bufbuild/protobuf";
import type { ContextValues, Interceptor, StreamResponse } from "@connectrpc/connect";
import type { HttpFields } from "../../call/fields.js";
import type { StopSignal } from "../../call/stop.js";
import type { HttpResponse } from "../../http/client.js";
import type { FieldPath } from "./fields.js";
import type { Binding } from "./rule.js";

/** Sends the request of a call, and gives its answer, of which only the head has been read. */
export type Exchange = (
  method: DescMethod,
  message: Message,
  fields: HttpFields,
  signal: StopSignal | undefined,
) => Promise<Answer>;

/** An answer, and what is needed to read it. */
export interface Answer {
  readonly response: HttpResponse;
  readonly binding: Binding;
  readonly reading: Reading;
}

/** What is needed to read the answer to a request. */
export interface Reading {
  readonly url: string;
  /** The request's, to keep its credentials out of what an error quotes. */
  readonly fields: HttpFields;
  readonly codec: Codec;
  readonly registry: Registry;
  readonly maxBytes: number;
}

/** What a request carries besides its URL. */
export interface Body {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/**
 * How messages become requests, and answers messages. There are two: the
 * general one for any service, and the plain one for the one method of this
 * package's client, so that a page with that client does without the rest.
 */
export interface Codec {
  /** Another rule that a server would take a path for, where a service has several. */
  rivalOf?(binding: Binding, path: string): Binding | undefined;
  /** Text of one value in a path; undefined where it has none. */
  textOf(field: DescField, value: unknown): string | undefined;
  /** Query with its `?`, or nothing. Fails on what a query cannot hold, and names it. */
  queryOf(binding: Binding, desc: DescMessage, message: Message): string;
  /** Body, or none. Fails on what a body cannot hold, and names it. */
  bodyOf(binding: Binding, desc: DescMessage, message: Message, registry: Registry): Body | undefined;
  /** Response from an answer that is no JSON and need not be. */
  contentOf?<Desc extends DescMessage>(
    desc: Desc,
    responseBody: FieldPath,
    bytes: Uint8Array,
    contentType: string | null,
  ): MessageShape<Desc> | undefined;
  /** Parses an answer, or a frame of a stream. */
  parse(text: string, responseBody: FieldPath): JsonValue;
  /** Response from the JSON of what the rule names as its body. Fails where it is none. */
  fromJson<Desc extends DescMessage>(
    desc: Desc,
    responseBody: FieldPath,
    json: JsonValue,
    registry: Registry,
  ): MessageShape<Desc>;
  /** Message in the binary format, from the JSON of an `Any` that holds it. Fails where it is none. */
  bytesOfAnyJson(desc: DescMessage, json: JsonObject, registry: Registry): Uint8Array;
  /** Server streaming, where it is offered. */
  readonly runServerStream?: RunServerStream;
}

/** A server-streaming call as a Connect `Transport` takes it, with what REST made of it. */
export interface StreamCall<I extends DescMessage, O extends DescMessage> {
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
