import type { Transport } from "@connectrpc/connect";
import { grpcTimeout } from "../../src/call/deadline.js";
import type { HttpRequest } from "../../src/http/client.js";
import { fetchClient } from "../../src/http/fetch-client.js";
import type { TransportOptions } from "../../src/options.js";
import { generalCodec } from "../../src/transport/rest/codec.js";
import { restTransport } from "../../src/transport/rest/transport.js";

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
    generalCodec,
  );
  return { transport, requests };
}
