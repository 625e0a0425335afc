import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { type AddressInfo, createServer as createNet, type Socket } from "node:net";
import type { Writable } from "node:stream";
import { createServer as createTls } from "node:tls";
import type { ServerIdentity } from "./certificate.js";
import { type Answer, type AnswerHeader, createBody, type Exchange, textAnswer } from "./exchange.js";

/** Answers one request. */
export type Answerer = (exchange: Exchange) => Answer | Promise<Answer>;

type IncomingRequest = IncomingMessage | Http2ServerRequest;

/** What the responses of both versions of HTTP have in common. */
interface Response extends Writable {
  statusCode: number;
  readonly headersSent: boolean;
  /** HTTP/2 alone has one. */
  readonly stream?: { readonly destroyed: boolean };
  setHeader(name: string, value: string | number | readonly string[]): unknown;
  addTrailers(trailer: Readonly<Record<string, string>>): void;
}

/** Bodies over this end the connection, in bytes; what is kept of one is far less. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Calls at once on a connection of HTTP/2, as the real server has it. */
const MAX_STREAMS = 250;

/**
 * One port that speaks HTTP/1.1 and HTTP/2: told apart by ALPN under TLS, else
 * by the first bytes that the client sends.
 */
export function createOnePortServer(answer: Answerer, identity: ServerIdentity | undefined) {
  // A kept connection never ends by itself: a call that meets the end of one fails for no reason of its own.
  const on1 = (request: IncomingMessage, response: ServerResponse) => handle(request, response, 1, answer);
  const http1 = createHttp1({ keepAliveTimeout: 0 }, on1)
    .on("checkContinue", (request, response) => {
      response.writeContinue();
      on1(request, response);
    })
    .on("checkExpectation", (_, response) => sendAnswer(response, emptyAnswer(417)));
  const on2 = (request: Http2ServerRequest, response: Http2ServerResponse) =>
    handle(request, response, 2, answer);
  const http2 = createHttp2({ settings: { maxConcurrentStreams: MAX_STREAMS } }, on2)
    .on("checkContinue", (request, response) => {
      // Node would throw for a stream that the client has reset by now.
      if (response.stream.destroyed) return;
      response.writeContinue();
      on2(request, response);
    })
    .on("checkExpectation", (_, response) => sendAnswer(response, emptyAnswer(417)))
    .on("connect", (_, response) => sendAnswer(response, emptyAnswer(405)));
  // A client that goes away in the middle is no event for a sandbox.
  http2.on("sessionError", () => {});
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  const toHttp2 = (socket: Socket) => {
    // HTTP/1.1 may close one direction early; of HTTP/2 nothing would ever close the other.
    socket.once("end", () => socket.end());
    http2.emit("connection", socket);
  };
  const byFirstBytes = (socket: Socket, seen = Buffer.alloc(0)) => {
    socket.once("readable", () => {
      const chunk: Buffer | null = socket.read();
      if (chunk === null) return void socket.end();
      const first = Buffer.concat([seen, chunk]);
      if (first.length < PREFACE.length) return byFirstBytes(socket, first);
      socket.unshift(first);
      if (first.subarray(0, PREFACE.length).equals(PREFACE)) toHttp2(socket);
      else http1.emit("connection", socket);
    });
  };
  const server =
    identity === undefined
      ? createNet({ allowHalfOpen: true }, (socket) => byFirstBytes(socket))
      : createTls({ ...identity, allowHalfOpen: true, ALPNProtocols: ["h2", "http/1.1"] }, (socket) =>
          socket.alpnProtocol === "h2" ? toHttp2(socket) : http1.emit("connection", socket),
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

function handle(request: IncomingRequest, response: Response, httpVersion: 1 | 2, answer: Answerer): void {
  const startMs = performance.now();
  const body = createBody();
  request.on("error", () => {});
  response.on("error", () => {});
  request.on("data", (chunk: Buffer) => {
    body.add(chunk);
    if (body.size > MAX_BODY_BYTES) request.destroy();
  });
  request.on("end", async () => {
    const header = request.headers;
    const exchange: Exchange = {
      method: request.method ?? "",
      target: request.url ?? "",
      httpVersion,
      host: String(header[":authority"] ?? header.host ?? ""),
      header,
      body: body.bytes(),
      bodyBytes: body.size,
      ageMs: () => performance.now() - startMs,
    };
    try {
      sendAnswer(response, await answer(exchange));
    } catch (error) {
      // A fault of the sandbox's own; the caller is the one who looks.
      sendAnswer(response, textAnswer(500, "text/plain; charset=utf-8", `The sandbox failed: ${error}\n`));
    }
  });
}

/** On all that is served: what a caller sent runs nowhere and stands in no other page. */
const SAFE_HEADER: AnswerHeader = {
  "content-security-policy": "frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

function sendAnswer(response: Response, { status, header, body, trailer }: Answer): void {
  if (response.destroyed || response.stream?.destroyed || response.headersSent) return;
  response.statusCode = status;
  for (const [name, value] of Object.entries({ ...SAFE_HEADER, ...header })) response.setHeader(name, value);
  if (trailer !== undefined) response.addTrailers(trailer);
  // HTTP/2 in Node drops the trailers of a response that nothing was written to.
  if (body !== undefined || trailer !== undefined) response.write(body ?? Buffer.alloc(0));
  response.end();
}

const emptyAnswer = (status: number): Answer => ({ status, header: { "content-length": 0 } });
