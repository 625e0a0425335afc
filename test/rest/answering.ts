import type { Transport } from "@connectrpc/connect";
import { fetchClient } from "../../src/transport/fetch-client.js";
import { grpcTimeout } from "../../src/transport/grpc-timeout.js";
import type { HttpRequest } from "../../src/transport/http.js";
import { generalEngine } from "../../src/transport/rest/general-engine.js";
import { restTransport } from "../../src/transport/rest/transport.js";
import type { TransportOptions } from "../../src/transport/transport-options.js";

/** An answer: what a `Response` takes. */
export interface Answer {
  readonly status?: number;
  readonly header?: Record<string, string>;
  readonly body?: BodyInit | null;
}

/** JSON as a server sends it. */
export function json(value: unknown, status = 200): Answer {
  const body = typeof value === "string" ? value : JSON.stringify(value);
  return { status, header: { "content-type": "application/json" }, body };
}

/** A transport to a server that always gives this answer, and what it was asked. */
export function answering(
  answer: Answer | ((signal: AbortSignal | undefined) => Response | Promise<Response>),
  options: Partial<TransportOptions> = {},
): { readonly transport: Transport; readonly requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const http = fetchClient(async (_, init) => {
    if (typeof answer === "function") return answer(init?.signal ?? undefined);
    const { status = 200, header = {}, body = null } = answer;
    return new Response(body, { status, headers: header });
  });
  const transport = restTransport(
    { baseUrl: "https://server.test", ...options },
    {
      timeoutText: grpcTimeout,
      http: (request) => {
        requests.push(request);
        return http(request);
      },
    },
    generalEngine,
  );
  return { transport, requests };
}
