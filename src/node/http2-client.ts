import { type ClientHttp2Stream, constants } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import type { HttpClient } from "../transport/http.js";
import { HttpExchange } from "./http-exchange.js";
import { openError, streamError } from "./http2-error.js";
import { type Http2Sessions, http2Sessions, type SessionHistory } from "./http2-sessions.js";
import type { NodeTransportOptions } from "./node-options.js";
import { pathOf } from "./path-of.js";

/** POST requests over one HTTP/2 connection to the origin of `url`, with prior knowledge over http:// (RFC 9113, section 3.3). */
export function http2Client(
  url: URL,
  options: Pick<NodeTransportOptions, "http2" | "tls">,
): { readonly http: HttpClient; readonly provider: Http2Sessions["provider"]; close(): Promise<void> } {
  const sessions = http2Sessions(url, options);

  function send(stream: ClientHttp2Stream, exchange: HttpExchange, body: Uint8Array | undefined): void {
    let history: SessionHistory | undefined;
    let failure: unknown;
    let isAnswered = false;
    let isOver = false;
    stream.on("error", (error) => {
      failure ??= error;
    });
    stream.on("close", () => {
      if (isOver) return;
      const { id: streamId, rstCode: resetCode = 0 } = stream;
      exchange.fail(streamError({ streamId, resetCode, failure, history, hasAnswered: isAnswered, url }));
    });
    // May end the stream at once, where the connections have been closed: who listens for that has to be there.
    history = sessions.adopt(stream);
    exchange.start({
      abort(reason) {
        stream.close(constants.NGHTTP2_CANCEL);
        const waitedInVain = !isAnswered && ConnectError.from(reason).code === Code.DeadlineExceeded;
        if (waitedInVain && history !== undefined) sessions.probe(history);
      },
      pause: () => stream.pause(),
      resume: () => stream.resume(),
    });
    if (stream.closed) return;
    stream.on("response", ({ ":status": status = 0, ...fields }) => {
      isAnswered = true;
      exchange.head(status, fields);
    });
    stream.on("data", (chunk: Uint8Array) => exchange.data(chunk));
    stream.on("end", () => {
      // Node also says so when the stream is broken off; "close" knows more then.
      isOver = isAnswered && !stream.rstCode;
      if (isOver) exchange.end();
    });
    stream.end(body);
  }

  return {
    provider: sessions.provider,
    http: (request) =>
      new Promise((resolve, reject) => {
        const exchange = new HttpExchange(request.signal, resolve, reject);
        const path = pathOf(request.url, url);
        sessions.open(path, request.fields).then(
          (stream) => send(stream, exchange, request.body),
          (error) => exchange.fail(openError(error, url)),
        );
      }),
    close: sessions.close,
  };
}
