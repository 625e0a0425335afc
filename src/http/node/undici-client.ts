import { Code } from "@connectrpc/connect";
import type { Dispatcher, Pool } from "undici";
import { canceledByClose, closedError } from "../../call/drain.js";
import type { HttpFields } from "../../call/fields.js";
import { ownOptions } from "../../call/own-options.js";
import { notSentError } from "../../errors/facts.js";
import type { NodeTransportOptions, TlsOptions } from "../../options.js";
import { type HttpClient, type HttpRequest, type HttpResponse, USER_AGENT } from "../client.js";
import { HttpExchange, type IncomingFields } from "./exchange.js";
import { tlsSettings } from "./tls.js";

/** Most connections to one server; calls beyond wait for one that is free. */
const MAX_CONNECTIONS = 100;
const CONNECT_TIMEOUT_MS = 10_000;

type HttpClientOptions = Partial<Pick<NodeTransportOptions, "baseUrl" | "tls" | "acceptCompression">>;

/**
 * HTTP/1.1 over kept-alive connections, by undici's pools, one for each origin.
 * Idle connections do not keep the process alive and end after 4 seconds, or
 * when the server's `keep-alive` says. undici is loaded with the first request.
 * A request is never sent twice.
 */
export function undiciClient(options: HttpClientOptions): {
  readonly http: HttpClient;
  close(): Promise<void>;
} {
  const pools = new Map<string, Pool>();
  let closed = false;
  const acceptsGzip = options.acceptCompression?.length !== 0;
  const http: HttpClient = (request) => {
    const pathAt = request.url.indexOf("/", "https://".length);
    if (pathAt < 0) return http({ ...request, url: `${request.url}/` });
    const origin = request.url.slice(0, pathAt);
    const pool = pools.get(origin);
    return pool ? send(pool, pathAt, request) : open(origin).then((opened) => send(opened, pathAt, request));
  };
  function send(pool: Pool, pathAt: number, { url, method, fields, body, signal }: HttpRequest) {
    return new Promise<HttpResponse>((resolve, reject) => {
      if (closed) return reject(closedError());
      if (signal?.aborted) return reject(signal.reason);
      const exchange = new UndiciExchange(signal, resolve, reject);
      const headers = headersOf(fields, acceptsGzip);
      pool.dispatch({ path: url.slice(pathAt), method, headers, body: body ?? null }, exchange);
    });
  }
  async function open(origin: string): Promise<Pool> {
    const { Pool } = await import("undici");
    const known = pools.get(origin);
    if (known) return known;
    const pool = new Pool(origin, {
      connections: MAX_CONNECTIONS,
      // The deadline is the caller's; these would cut a stream that is silent for a while.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { ...tlsSettings(tlsFor(origin, options)), timeout: CONNECT_TIMEOUT_MS },
    });
    pools.set(origin, pool);
    return pool;
  }
  const close = async () => {
    closed = true;
    await Promise.all(Array.from(pools.values(), (pool) => pool.destroy(canceledByClose())));
    pools.clear();
  };
  return { http, close };
}

/** A server's name in its certificate is this server's own; another, such as an issuer of tokens, has another. */
function tlsFor(origin: string, { baseUrl, tls }: HttpClientOptions): TlsOptions | undefined {
  if (baseUrl === undefined || new URL(baseUrl).origin === origin) return tls;
  const { serverName: _, ...shared } = ownOptions(tls);
  return shared;
}

/** What undici does not send. */
const REFUSED = /^UND_ERR_(INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)$/;

/** Errors of undici and Node that say more, or other things, than they seem to. */
function explained(error: Error): Error {
  const code = "code" in error ? String(error.code) : "";
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER") return notTlsError(error);
  return REFUSED.test(code) ? requestRefusal(error) : error;
}

function requestRefusal(error: Error) {
  return notSentError(
    `the request cannot be sent: ${error.message}`,
    Code.InvalidArgument,
    "invalid_request",
    error,
  );
}

/** The handshake came to nothing, so nothing was sent. */
function notTlsError(cause: Error) {
  const message = "the server does not speak TLS: check baseUrl, which may have to begin with http://";
  return notSentError(message, Code.Internal, "not_supported", cause);
}

/** Names and values in turn, the least that undici takes, with those that `fetch` would add. */
function headersOf(fields: Readonly<HttpFields>, acceptsGzip: boolean): string[] {
  const headers: string[] = [];
  for (const name of Object.keys(fields)) headers.push(name, fields[name] ?? "");
  if (fields["user-agent"] === undefined) headers.push("user-agent", USER_AGENT);
  if (acceptsGzip && fields["accept-encoding"] === undefined) headers.push("accept-encoding", "gzip");
  return headers;
}

/** Our exchange in the words of undici. */
class UndiciExchange extends HttpExchange implements Dispatcher.DispatchHandler {
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.start(controller);
  }
  onResponseStart(_: Dispatcher.DispatchController, status: number, fields: IncomingFields): void {
    // Others are not the answer yet.
    if (status >= 200) this.head(status, fields);
  }
  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.data(chunk);
  }
  onResponseEnd(_: Dispatcher.DispatchController, trailers: IncomingFields): void {
    this.end(trailers);
  }
  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(explained(error));
  }
}
