import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { parseBaseUrl } from "./base-url.js";
import type { ClosableTransport } from "./platform.js";
import type { TransportOptions } from "./transport-options.js";

/** gRPC-web over `fetch`. */
export function grpcWebTransport(options: TransportOptions): ClosableTransport {
  const fetch = options.fetch ?? globalThis.fetch;
  const transport = createGrpcWebTransport({
    baseUrl: parseBaseUrl(options.baseUrl).href,
    interceptors: [...(options.interceptors ?? [])],
    // Not on ZITADEL's CORS list: a browser would refuse the whole call.
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      headers.delete("grpc-timeout");
      return fetch(input, { ...init, headers, redirect: "manual" });
    },
    ...(options.defaultTimeoutMs !== undefined && { defaultTimeoutMs: options.defaultTimeoutMs }),
  });
  return { ...transport, close: async () => {} };
}
