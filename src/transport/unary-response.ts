import type { DescMessage, DescMethodUnary, MessageShape } from "@bufbuild/protobuf";
import type { UnaryResponse } from "@connectrpc/connect";

const HEADER = Symbol("header");
const TRAILER = Symbol("trailer");

/**
 * A response whose header and trailer are made when somebody asks for them,
 * which hardly any caller does. They are its own properties, so that an
 * interceptor may copy it; and the getters are shared by all responses, because
 * new ones cost more than everything else in it.
 */
export class LazyUnaryResponse<I extends DescMessage, O extends DescMessage> implements UnaryResponse<I, O> {
  readonly stream = false;
  readonly service: UnaryResponse["service"];
  readonly method: DescMethodUnary<I, O>;
  readonly message: MessageShape<O>;
  declare readonly header: Headers;
  declare readonly trailer: Headers;
  [HEADER]: Headers | (() => Headers);
  [TRAILER]: Headers | (() => Headers);

  constructor(
    method: DescMethodUnary<I, O>,
    message: MessageShape<O>,
    makeHeader: () => Headers,
    makeTrailer: () => Headers,
  ) {
    this.service = method.parent;
    this.method = method;
    this.message = message;
    this[HEADER] = makeHeader;
    this[TRAILER] = makeTrailer;
    Object.defineProperty(this, "header", header);
    Object.defineProperty(this, "trailer", trailer);
  }
}

type Lazy = ThisType<LazyUnaryResponse<DescMessage, DescMessage>>;

const header: PropertyDescriptor & Lazy = {
  enumerable: true,
  get() {
    if (typeof this[HEADER] === "function") this[HEADER] = this[HEADER]();
    return this[HEADER];
  },
};

const trailer: PropertyDescriptor & Lazy = {
  enumerable: true,
  get() {
    if (typeof this[TRAILER] === "function") this[TRAILER] = this[TRAILER]();
    return this[TRAILER];
  },
};
