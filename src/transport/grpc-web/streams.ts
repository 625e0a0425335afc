import type { Transport } from "@connectrpc/connect";
import { createTransport } from "@connectrpc/connect/protocol-grpc-web";
import { parseBaseUrl } from "../base-url.js";
import { type HttpResponse, toFields } from "../http.js";
import { DEFAULT_MAX_BYTES } from "../message-bytes.js";
import { networkError } from "../network-error.js";
import { readAll } from "../read-all.js";
import type { TransportOptions } from "../transport-options.js";
import type { GrpcWebRuntime } from "./runtime.js";
import { sendRequest } from "./send.js";

/**
 * Streams by Connect's own transport, over the same HTTP as unary calls. It is
 * large, so that nobody but the first stream imports this file. A request goes
 * out when all of its messages are there: `fetch` sends no other.
 */
export function streamTransport(options: TransportOptions, runtime: GrpcWebRuntime): Transport {
  const { acceptCompression, sendCompression, compressMinBytes = 1024 } = runtime;
  return createTransport({
    baseUrl: parseBaseUrl(options.baseUrl).href,
    useBinaryFormat: true,
    interceptors: [...(options.interceptors ?? [])],
    readMaxBytes: options.readMaxBytes ?? DEFAULT_MAX_BYTES,
    writeMaxBytes: options.writeMaxBytes ?? DEFAULT_MAX_BYTES,
    acceptCompression: acceptCompression ? [acceptCompression] : [],
    sendCompression: sendCompression ?? null,
    compressMinBytes,
    ...(options.defaultTimeoutMs !== undefined && { defaultTimeoutMs: options.defaultTimeoutMs }),
    async httpClient({ url, method, header, body = noBody(), signal }) {
      const fields = toFields(header);
      if (!runtime.sendsTimeout) {
        // Connect sets these two; ZITADEL's CORS list has neither.
        delete fields["grpc-timeout"];
        delete fields["user-agent"];
      }
      const request = { url, method, fields, body: await readAll(body, Number.POSITIVE_INFINITY) };
      const response = await sendRequest(runtime.http, { ...request, ...(signal && { signal }) });
      return {
        status: response.status,
        header: response.header,
        body: readChunks(response, url),
        trailer: new Headers(),
      };
    },
  });
}

async function* readChunks(response: HttpResponse, url: string): AsyncGenerator<Uint8Array> {
  try {
    yield* response.chunks();
  } catch (error) {
    throw networkError(error, url);
  }
}

async function* noBody(): AsyncGenerator<Uint8Array> {}
