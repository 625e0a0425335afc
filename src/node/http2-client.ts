import { type ClientHttp2Stream, constants } from "node:http2";
import type { HttpClient } from "../transport/http.js";
import { HttpExchange } from "./http-exchange.js";
import { openError, streamError } from "./http2-error.js";
import { type Http2Sessions, http2Sessions } from "./http2-sessions.js";
import type { NodeTransportOptions } from "./node-options.js";

/** POST requests over one HTTP/2 connection to the origin of `url`, with prior knowledge over http:// (RFC 9113, section 3.3). */
export function http2Client(
  url: URL,
  options: Pick<NodeTransportOptions, "http2" | "tls">,
): { readonly http: HttpClient; readonly provider: Http2Sessions["provider"]; close(): Promise<void> } {
  const sessions = http2Sessions(url, options);

  function send(stream: ClientHttp2Stream, exchange: HttpExchange, body: Uint8Array | undefined): void {
    const history = sessions.adopt(stream);
    let failure: unknown;
    stream.on("error", (error) => {
      failure ??= error;
    });
    exchange.start({
      abort: () => stream.close(constants.NGHTTP2_CANCEL),
      pause: () => stream.pause(),
      resume: () => stream.resume(),
    });
    if (stream.closed) return;
    let isAnswered = false;
    stream.on("response", ({ ":status": status = 0, ...fields }) => {
      isAnswered = true;
      exchange.head(status, fields);
    });
    stream.on("data", (chunk: Uint8Array) => exchange.data(chunk));
    stream.on("end", () => {
      // Node also says so when the stream is broken off; "close" knows more then.
      if (isAnswered && !stream.rstCode) exchange.end();
    });
    stream.on("close", () => {
      exchange.fail(
        streamError({ streamId: stream.id, resetCode: stream.rstCode ?? 0, failure, history, url }),
      );
    });
    stream.end(body);
  }

  return {
    provider: sessions.provider,
    http: (request) =>
      new Promise((resolve, reject) => {
        const exchange = new HttpExchange(request.signal, resolve, reject);
        const path = request.url.slice(url.origin.length);
        sessions.open(path, request.fields).then(
          (stream) => send(stream, exchange, request.body),
          (error) => exchange.fail(openError(error, url)),
        );
      }),
    close: sessions.close,
  };
}
