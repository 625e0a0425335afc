import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** A request that the endpoint received. */
export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

/** Answers a request; without an answer it stays open. */
export type Script = (received: Received, response: ServerResponse, request: IncomingMessage) => void;

/** A token endpoint on loopback that does what a test says. */
export async function startTokenEndpoint(script: Script) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const { method, url: path, headers } = request;
    const one = { method, path, headers, form };
    received.push(one);
    script(one, response, request);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** Gives `token-1`, `token-2`, … */
export function issuesTokens(expiresInS = 3600): Script {
  let issued = 0;
  return (_, response) => {
    issued += 1;
    const token = { access_token: `token-${issued}`, token_type: "Bearer", expires_in: expiresInS };
    sendJson(response, 200, token);
  };
}
