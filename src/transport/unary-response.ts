import type { DescMessage, DescMethodUnary, MessageShape } from "@bufbuild/protobuf";
import type { UnaryResponse } from "@connectrpc/connect";

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
