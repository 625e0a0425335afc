import { createServer as createHttp1 } from "node:http";
import { createServer as createHttp2 } from "node:http2";
import type { Server } from "node:net";

/** Starts a server on a free loopback port and gives its origin. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server listens on no port");
  return `http://127.0.0.1:${address.port}`;
}

/** An HTTP/1.1 server that answers everything alike. */
export function answeringHttp1(status: number, contentType: string, body: string): Server {
  return createHttp1((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": contentType }).end(body);
  });
}

/** The same over HTTP/2 without TLS. */
export function answeringHttp2(status: number, contentType: string, body: string): Server {
  return createHttp2((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": contentType });
    response.end(body);
  });
}
