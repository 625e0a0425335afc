import { type ClientHttp2Stream, constants, type OutgoingHttpHeaders } from "node:http2";
import type { ConnectError } from "@connectrpc/connect";
import { noteFacts, notSentError } from "../errors/facts.js";
import { canceled, deadlineExceeded, MAX_TIMER_MS } from "../transport/deadline.js";
import type { StopSignal } from "../transport/stop.js";
import { type AnswerFields, answerError, foreignAnswer, isGrpc } from "./grpc-answer.js";
import { addPart, emptyMessage, isComplete, type PartialMessage, readPrefix } from "./grpc-message.js";
import { openError, streamError } from "./http2-error.js";
import type { Http2Sessions, SessionHistory } from "./http2-sessions.js";

/** As much of a foreign answer as is worth quoting. */
const QUOTED_BYTES = 4096;

const { NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM } = constants;

/** Where exchanges are made. */
export interface GrpcServer {
  readonly url: URL;
  readonly sessions: Http2Sessions;
  readonly readMaxBytes: number;
}

/** One unary request, ready to be sent. */
export interface GrpcRequest {
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  /** The message with its prefix. */
  readonly body: Uint8Array;
  readonly signal: StopSignal | undefined;
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
 * comes first: the answer, the deadline, the caller's signal, or the end of the
 * stream, however that came about (connect-es#1678). Gives what `read` makes of
 * the answer.
 */
export function exchange<T>(
  { url, sessions, readMaxBytes }: GrpcServer,
  request: GrpcRequest,
  read: (answer: GrpcAnswer) => T | Promise<T>,
): Promise<T> {
  const { signal, timeoutMs } = request;
  if (signal?.aborted) {
    const { rawMessage, code } = canceled(signal);
    return Promise.reject(notSentError(rawMessage, code, "canceled", signal.reason));
  }
  return new Promise((resolve, reject) => {
    const message = emptyMessage();
    let stream: ClientHttp2Stream | undefined;
    let history: SessionHistory | undefined;
    let headers: AnswerFields | undefined;
    let trailers: AnswerFields | undefined;
    let foreign = false;
    let settled = false;

    const timer =
      timeoutMs !== undefined && timeoutMs <= MAX_TIMER_MS
        ? setTimeout(() => timeOut(timeoutMs), timeoutMs)
        : undefined;
    const onAbort = () => signal && giveUp(canceled(signal));
    signal?.addEventListener("abort", onAbort);
    sessions.open(request.path, request.headers).then(send, (error) => fail(openError(error, url)));

    function settle() {
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
    function fail(error: unknown) {
      if (settled) return;
      settle();
      stream?.close(NGHTTP2_CANCEL);
      reject(error);
    }
    function giveUp(error: ConnectError) {
      // Without a stream nothing has left; but an error that is the caller's stays as it is.
      const unsent = stream === undefined && error !== signal?.reason;
      fail(unsent ? noteFacts(error, { delivery: "not_sent" }) : error);
    }

    function timeOut(afterMs: number) {
      giveUp(deadlineExceeded(afterMs));
      if (history !== undefined && headers === undefined) sessions.probe(history);
    }

    function send(opened: ClientHttp2Stream) {
      stream = opened;
      history = sessions.adopt(opened);
      let failure: unknown;
      opened.on("error", (error) => {
        failure ??= error;
      });
      if (settled) return opened.close(NGHTTP2_CANCEL);
      opened.on("response", (fields, flags) => {
        headers ??= fields;
        foreign = !isGrpc(headers);
        if (flags & NGHTTP2_FLAG_END_STREAM) conclude(headers);
        else weigh();
      });
      opened.on("data", (part: Buffer<ArrayBuffer>) => {
        addPart(message, part);
        weigh();
      });
      opened.on("trailers", (fields) => {
        trailers = fields;
        // Else there may be data that Node still holds back.
        if (isComplete(message) || fields["grpc-status"] !== "0") conclude(headers ?? {});
      });
      opened.on("end", () => {
        // Node also says so at a reset; "close" knows more then.
        if (headers !== undefined && !opened.closed) conclude(headers);
      });
      opened.on("close", () => {
        if (foreign || trailers !== undefined) conclude(headers ?? {});
        else fail(streamError({ streamId: opened.id, resetCode: opened.rstCode, failure, history, url }));
      });
      opened.end(request.body);
    }

    /** Stops reading as soon as there is too much, or enough of what is not gRPC. */
    function weigh() {
      if (headers === undefined || settled) return;
      if (foreign) {
        if (message.receivedBytes >= QUOTED_BYTES) conclude(headers);
        return;
      }
      try {
        readPrefix(message, readMaxBytes);
      } catch (error) {
        fail(error);
      }
    }

    /** Makes the most of what has come; nothing more is to be expected. */
    function conclude(fields: AnswerFields) {
      if (settled) return;
      const error = foreign
        ? foreignAnswer(fields, message.parts, url)
        : answerError(fields, trailers, message);
      if (error !== undefined) return fail(error);
      settle();
      try {
        resolve(read({ headers: fields, message, trailers }));
      } catch (error) {
        reject(error);
      }
      // A server may answer before it has read everything.
      if (!stream?.writableFinished) stream?.close(NGHTTP2_CANCEL);
    }
  });
}
