import type {
  DescField,
  DescMessage,
  JsonObject,
  JsonValue,
  Message,
  MessageShape,
  Registry,
} from "@bufbuild/protobuf";
import type { FieldPath } from "./field-path.js";
import type { Binding } from "./rule.js";
import type { RunServerStream } from "./stream.js";

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
export interface Engine {
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
