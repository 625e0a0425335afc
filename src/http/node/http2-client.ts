import { type ClientHttp2Stream, constants } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { notSentError } from "../../errors/facts.js";
import type { NodeTransportOptions } from "../../options.js";
import type { HttpClient, HttpRequest } from "../client.js";
import { HttpExchange } from "./exchange.js";
import { Http2Connection, type StreamOwner } from "./http2-connection.js";
import { streamError } from "./http2-error.js";
import type { Http2Peer } from "./http2-peer.js";

/** POST requests over one HTTP/2 connection to the origin of `url`, with prior knowledge over http:// (RFC 9113, section 3.3). */
export function http2Client(
  url: URL,
  options: Pick<NodeTransportOptions, "http2" | "tls">,
): { readonly http: HttpClient; readonly connection: Http2Connection; close(): Promise<void> } {
  const connection = new Http2Connection(url, options);

  function send(stream: ClientHttp2Stream, peer: Http2Peer, exchange: HttpExchange, body?: Uint8Array): void {
    let failure: unknown;
    let isAnswered = false;
    let isOver = false;
    stream.on("error", (error) => {
      failure ??= error;
    });
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
    stream.on("close", () => {
      if (isOver) return;
      const { id: streamId, rstCode: resetCode = 0 } = stream;
      exchange.fail(streamError({ streamId, resetCode, failure, isAnswered, peer, url }));
    });
    exchange.start({
      abort(reason) {
        stream.close(constants.NGHTTP2_CANCEL);
        const waitedInVain = !isAnswered && ConnectError.from(reason).code === Code.DeadlineExceeded;
        if (waitedInVain) connection.probe(peer);
      },
      pause: () => stream.pause(),
      resume: () => stream.resume(),
    });
    stream.end(body);
  }

  function open(exchange: HttpExchange, { url: requestUrl, fields, body, signal }: HttpRequest): void {
    let isOpen = false;
    const leave = () => connection.leave(owner);
    const done = () => {
      isOpen = true;
      signal?.removeEventListener("abort", leave);
    };
    const owner: StreamOwner = {
      path: pathOnConnection(requestUrl, url),
      headers: fields,
      onStream(stream, peer) {
        done();
        send(stream, peer, exchange, body);
      },
      onNoStream(error) {
        done();
        exchange.fail(error);
      },
    };
    connection.open(owner);
    // A request that has been given up is never sent: the caller is told that nothing was.
    if (!isOpen) signal?.addEventListener("abort", leave);
  }

  return {
    connection,
    http: (request) =>
      new Promise((resolve, reject) => {
        const exchange = new HttpExchange(request.signal, resolve, reject);
        if (!request.signal?.aborted) open(exchange, request);
      }),
    close: () => connection.close(),
  };
}

/**
 * The path of a request on a connection that leads to one origin. An
 * interceptor may have changed it, but not where the connection leads.
 */
export function pathOnConnection(requestUrl: string, { origin }: URL): string {
  if (requestUrl.startsWith(`${origin}/`)) return requestUrl.slice(origin.length);
  const message = `this transport's connection leads to ${origin}, not to ${requestUrl}`;
  throw notSentError(message, Code.InvalidArgument, "invalid_request");
}
