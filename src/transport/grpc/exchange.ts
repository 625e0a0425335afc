import { type ClientHttp2Stream, constants } from "node:http2";
import { Code, type ConnectError } from "@connectrpc/connect";
import { canceled, deadlineExceeded } from "../../call/deadline.js";
import type { HttpFields } from "../../call/fields.js";
import { markSent, type StopSignal, timeLeft } from "../../call/stop.js";
import type { Http2Connection, StreamOwner } from "../../http/node/http2-connection.js";
import { streamError } from "../../http/node/http2-error.js";
import type { Http2Peer } from "../../http/node/http2-peer.js";
import { withoutSent } from "../unexpected-answer.js";
import { type AnswerFields, answerError, errorOfForeign, isGrpc } from "./answer.js";
import { addPart, emptyMessage, isComplete, type PartialMessage, readPrefix } from "./message.js";

/** As much of a foreign answer as is worth quoting. */
const QUOTED_BYTES = 4096;

const { NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM } = constants;

/** Where exchanges are made. */
export interface GrpcServer {
  readonly connection: Http2Connection;
  readonly readMaxBytes: number;
}

/** One unary request, ready to be sent. */
export interface GrpcRequest {
  readonly path: string;
  readonly headers: HttpFields;
  /** The message with its prefix. */
  readonly body: Uint8Array;
  readonly signal: StopSignal | undefined;
  /** The time that the server was told. */
  readonly timeoutMs: number | undefined;
}

/** What came back for one: status 0 and a complete message. */
export interface GrpcAnswer {
  readonly headers: AnswerFields;
  readonly message: PartialMessage;
  readonly trailers: AnswerFields | undefined;
}

/**
 * Makes one exchange on a stream of its own. It settles, once, on whatever
 * comes first: the answer, the signal, or the end of the stream, however that
 * came about (connect-es#1678).
 */
export function exchange(server: GrpcServer, request: GrpcRequest): Promise<GrpcAnswer> {
  const { signal } = request;
  if (signal?.aborted) return Promise.reject(canceled(signal));
  return new Promise((resolve, reject) => {
    new Exchange(server, request, resolve, reject).start();
  });
}

const EXCHANGE = Symbol("exchange");

/** A stream that knows whose it is, so that all of them share their listeners: new ones cost a tenth of a call. */
interface OwnedStream extends ClientHttp2Stream {
  [EXCHANGE]: Exchange | undefined;
}

class Exchange implements StreamOwner {
  readonly path: string;
  readonly headers: HttpFields;
  readonly #server: GrpcServer;
  readonly #request: GrpcRequest;
  readonly #resolve: (answer: GrpcAnswer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #message = emptyMessage();
  #stream: OwnedStream | undefined;
  #peer: Http2Peer | undefined;
  #answer: AnswerFields | undefined;
  #trailers: AnswerFields | undefined;
  #failure: unknown;
  #isForeign = false;
  #isSettled = false;

  constructor(
    server: GrpcServer,
    request: GrpcRequest,
    resolve: (answer: GrpcAnswer) => void,
    reject: (error: unknown) => void,
  ) {
    this.path = request.path;
    this.headers = request.headers;
    this.#server = server;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    this.#request.signal?.addEventListener("abort", this);
    this.#server.connection.open(this);
  }

  onStream(opened: ClientHttp2Stream, peer: Http2Peer): void {
    const stream: OwnedStream = Object.assign(opened, { [EXCHANGE]: this });
    this.#stream = stream;
    this.#peer = peer;
    stream.on("error", onError);
    stream.on("response", onResponse);
    stream.on("data", onData);
    stream.on("trailers", onTrailers);
    stream.on("end", onEnd);
    stream.on("close", onClose);
    markSent(this.#request.signal);
    stream.end(this.#request.body);
  }

  onNoStream(error: ConnectError): void {
    this.#fail(error);
  }

  onError(error: unknown): void {
    this.#failure ??= error;
  }

  onResponse(headers: AnswerFields, flags: number): void {
    this.#answer ??= headers;
    this.#isForeign = !isGrpc(this.#answer);
    if (flags & NGHTTP2_FLAG_END_STREAM) this.#conclude();
    else this.#weigh();
  }

  onData(part: Uint8Array<ArrayBuffer>): void {
    addPart(this.#message, part);
    this.#weigh();
  }

  onTrailers(trailers: AnswerFields): void {
    this.#trailers = trailers;
    // Else there may be data that Node still holds back.
    if (isComplete(this.#message) || trailers["grpc-status"] !== "0") this.#conclude();
  }

  onEnd({ rstCode }: ClientHttp2Stream): void {
    // Node also says so when the stream is broken off; "close" knows more then.
    if (this.#answer !== undefined && !rstCode) this.#conclude();
  }

  onClose({ id: streamId, rstCode: resetCode }: ClientHttp2Stream): void {
    const peer = this.#peer;
    if (this.#isSettled || peer === undefined) return;
    const { signal, timeoutMs } = this.#request;
    if (this.#isForeign || this.#trailers !== undefined) {
      this.#conclude();
    } else if (timeoutMs && resetCode === NGHTTP2_CANCEL && timeLeft(signal, timeoutMs) <= 1) {
      // The server, which knows the deadline, was a moment faster.
      this.#fail(deadlineExceeded(timeoutMs));
    } else {
      const { url } = this.#server.connection;
      const isAnswered = this.#answer !== undefined;
      this.#fail(streamError({ streamId, resetCode, failure: this.#failure, isAnswered, peer, url }));
    }
  }

  /** The signal is aborted. */
  handleEvent(): void {
    const { signal } = this.#request;
    if (signal === undefined) return;
    const error = canceled(signal);
    this.#fail(error);
    const waitedInVain = error.code === Code.DeadlineExceeded && this.#answer === undefined;
    if (waitedInVain && this.#peer !== undefined) this.#server.connection.probe(this.#peer);
  }

  /** Stops reading as soon as there is too much, or enough of what is not gRPC. */
  #weigh(): void {
    if (this.#answer === undefined || this.#isSettled) return;
    if (this.#isForeign) {
      if (this.#message.receivedBytes >= QUOTED_BYTES) this.#conclude();
      return;
    }
    try {
      readPrefix(this.#message, this.#server.readMaxBytes);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Makes the most of what has come; nothing more is to be expected. */
  #conclude(): void {
    if (this.#isSettled) return;
    const headers = this.#answer ?? {};
    const error = this.#isForeign
      ? errorOfForeign(
          headers,
          this.#message.pieces.bytes(),
          this.#server.connection.url,
          this.#request.headers,
        )
      : answerError(headers, this.#trailers, this.#message);
    if (error !== undefined) {
      this.#fail(error);
      return;
    }
    this.#settle();
    this.#resolve({ headers, message: this.#message, trailers: this.#trailers });
    // A server may answer before it has read everything.
    if (!this.#stream?.writableFinished) this.#stream?.close(NGHTTP2_CANCEL);
  }

  #fail(error: unknown): void {
    if (this.#isSettled) return;
    this.#settle();
    this.#stream?.close(NGHTTP2_CANCEL);
    this.#reject(withoutSent(error, this.#request.headers));
  }

  #settle(): void {
    this.#isSettled = true;
    this.#request.signal?.removeEventListener("abort", this);
    // Node keeps a stream for a while, and all that hangs on it would be copied in every collection until then.
    if (this.#stream) this.#stream[EXCHANGE] = undefined;
    // Without a stream it must not get one any more: the caller is told that nothing was sent.
    else this.#server.connection.leave(this);
  }
}

function onError(this: OwnedStream, error: unknown): void {
  this[EXCHANGE]?.onError(error);
}

function onResponse(this: OwnedStream, headers: AnswerFields, flags: number): void {
  this[EXCHANGE]?.onResponse(headers, flags);
}

function onData(this: OwnedStream, part: Uint8Array<ArrayBuffer>): void {
  this[EXCHANGE]?.onData(part);
}

function onTrailers(this: OwnedStream, trailers: AnswerFields): void {
  this[EXCHANGE]?.onTrailers(trailers);
}

function onEnd(this: OwnedStream): void {
  this[EXCHANGE]?.onEnd(this);
}

function onClose(this: OwnedStream): void {
  this[EXCHANGE]?.onClose(this);
}
