import { createServer as createHttp1, type IncomingMessage } from "node:http";
import { createServer as createHttp2, type Http2ServerRequest } from "node:http2";
import { type AddressInfo, createServer as createNet, type Socket } from "node:net";
import type { Writable } from "node:stream";
import { createServer as createTls } from "node:tls";
import type { ServerIdentity } from "./certificate.js";
import type { Answer, Exchange } from "./exchange.js";

/** Answers one request. */
export type Answerer = (exchange: Exchange) => Answer | Promise<Answer>;

type Request = IncomingMessage | Http2ServerRequest;

/** What the responses of both versions of HTTP have in common. */
interface Response extends Writable {
  statusCode: number;
  setHeader(name: string, value: string | number | readonly string[]): unknown;
  addTrailers(trailer: Readonly<Record<string, string>>): void;
}

/** Bodies over this end the connection, in bytes; gRPC's own limit is far lower. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Calls at once on a connection of HTTP/2, as the real server has it. */
const MAX_STREAMS = 250;

/**
 * One port that speaks HTTP/1.1 and HTTP/2: told apart by ALPN under TLS, else
 * by the first bytes that the client sends.
 */
export function createOnePortServer(answer: Answerer, identity: ServerIdentity | undefined) {
  // A kept connection never ends by itself: a call that meets the end of one fails for no reason of its own.
  const http1 = createHttp1({ keepAliveTimeout: 0 }, (request, response) =>
    handle(request, response, 1, answer),
  );
  const http2 = createHttp2({ settings: { maxConcurrentStreams: MAX_STREAMS } }, (request, response) =>
    handle(request, response, 2, answer),
  );
  // A client that goes away in the middle is no event for a sandbox.
  http2.on("sessionError", () => {});
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  const byFirstBytes = (socket: Socket, seen = Buffer.alloc(0)) => {
    socket.once("readable", () => {
      const chunk: Buffer | null = socket.read();
      if (chunk === null) return void socket.end();
      const first = Buffer.concat([seen, chunk]);
      if (first.length < PREFACE.length) return byFirstBytes(socket, first);
      socket.unshift(first);
      (first.subarray(0, PREFACE.length).equals(PREFACE) ? http2 : http1).emit("connection", socket);
    });
  };
  const server =
    identity === undefined
      ? createNet({ allowHalfOpen: true }, (socket) => byFirstBytes(socket))
      : createTls({ ...identity, allowHalfOpen: true, ALPNProtocols: ["h2", "http/1.1"] }, (socket) =>
          (socket.alpnProtocol === "h2" ? http2 : http1).emit("connection", socket),
        );
  server.on("connection", track);
  server.on("tlsClientError", () => {});
  return {
    /** Starts to listen; fails where the address is taken or not there. */
    listen: (port: number, host: string) =>
      new Promise<AddressInfo>((resolve, reject) => {
        server.once("error", reject).listen(port, host, () => {
          const address = server.address();
          if (address !== null && typeof address === "object") resolve(address);
        });
      }),
    /** Stops listening and ends every connection at once. */
    close: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** How HTTP/2 starts (RFC 9113, section 3.4) and no request of HTTP/1.1 does. */
const PREFACE = Buffer.from("PRI");

function handle(request: Request, response: Response, httpVersion: 1 | 2, answer: Answerer): void {
  const startMs = performance.now();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("error", () => {});
  response.on("error", () => {});
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) request.destroy();
    else chunks.push(chunk);
  });
  request.on("end", async () => {
    const header = request.headers;
    const exchange: Exchange = {
      method: request.method ?? "",
      target: request.url ?? "",
      httpVersion,
      host: String(header[":authority"] ?? header.host ?? ""),
      header,
      body: Buffer.concat(chunks),
      ageMs: () => performance.now() - startMs,
    };
    send(response, await answer(exchange));
  });
}

function send(response: Response, { status, header, body, trailer }: Answer): void {
  if (response.destroyed) return;
  response.statusCode = status;
  for (const [name, value] of Object.entries(header)) response.setHeader(name, value);
  if (trailer !== undefined) response.addTrailers(trailer);
  // HTTP/2 in Node drops the trailers of a response that nothing was written to.
  if (body !== undefined || trailer !== undefined) response.write(body ?? Buffer.alloc(0));
  response.end();
}
