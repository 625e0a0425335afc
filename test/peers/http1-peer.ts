import type net from "node:net";
import tls from "node:tls";
import { type SocketPeer, socketPeer } from "./socket-peer.js";

/** A request whose last byte has come. */
export interface Http1Request {
  readonly method: string;
  readonly target: string;
  /** Names in lower case. */
  readonly header: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One connection of a peer: what came, and ways to answer, well or badly. */
export interface Http1Connection {
  /** Which connection of the peer this is, from 0. */
  readonly index: number;
  readonly socket: net.Socket;
  /** The next request that is complete; undefined when the client has closed. */
  nextRequest(): Promise<Http1Request | undefined>;
  /** Status line and header fields, and nothing that says how long the body is. */
  head(status: number, header?: Readonly<Record<string, string>>): void;
  /** A whole answer, with its length. */
  answer(status: number, header: Readonly<Record<string, string>>, body?: Uint8Array | string): void;
  /** Any bytes at all. */
  write(bytes: Uint8Array | string): void;
  /** From now on every byte is a write of its own. */
  trickle(): void;
  /** Closes after what was written. */
  end(): void;
  /** Closes at once, with a TCP reset where there is no TLS in between. */
  destroy(): void;
}

/** What a peer does with a connection. It starts when the socket is accepted. */
export type Http1Script = (connection: Http1Connection) => void | Promise<void>;

/** Starts an HTTP/1.1 server on a raw socket, one script run a connection. */
export function http1Peer(
  script: Http1Script,
  options: { readonly tls?: tls.TlsOptions } = {},
): Promise<SocketPeer> {
  return socketPeer((socket, index) => script(http1Connection(socket, index)), options);
}

function http1Connection(socket: net.Socket, index: number): Http1Connection {
  let unread = Buffer.alloc(0);
  let ended = false;
  let oneByteWrites = false;
  const wake: (() => void)[] = [];
  const changed = () => {
    for (const resolve of wake.splice(0)) resolve();
  };
  socket.on("data", (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    changed();
  });
  socket.on("close", () => {
    ended = true;
    changed();
  });

  const write = (data: Uint8Array | string) => {
    if (socket.destroyed || socket.writableEnded) return;
    if (!oneByteWrites) socket.write(data);
    else for (const byte of Buffer.from(data)) socket.write(Buffer.from([byte]));
  };
  const head = (status: number, header: Readonly<Record<string, string>> = {}) => {
    const lines = Object.entries(header).map(([name, value]) => `${name}: ${value}\r\n`);
    write(Buffer.from(`HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n`, "latin1"));
  };

  return {
    index,
    socket,
    async nextRequest() {
      for (;;) {
        const found = readRequest(unread);
        if (found !== undefined) {
          unread = Buffer.from(found.rest);
          return found.request;
        }
        if (ended) return undefined;
        await new Promise<void>((resolve) => wake.push(resolve));
      }
    },
    head,
    answer(status, header, body = "") {
      head(status, { "content-length": String(Buffer.byteLength(body)), ...header });
      write(body);
    },
    write,
    trickle() {
      oneByteWrites = true;
    },
    end: () => void socket.end(),
    destroy: () => void (socket instanceof tls.TLSSocket ? socket.destroy() : socket.resetAndDestroy()),
  };
}

/** Takes one request off the front of `bytes`. Those of our clients come with their length. */
function readRequest(bytes: Buffer): { request: Http1Request; rest: Buffer } | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, headEnd).toString("latin1").split("\r\n");
  const [method = "", target = ""] = first.split(" ");
  const header = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const bodyAt = headEnd + 4;
  const bodyEnd = bodyAt + Number(header["content-length"] ?? 0);
  if (bytes.length < bodyEnd) return undefined;
  return {
    request: { method, target, header, body: bytes.subarray(bodyAt, bodyEnd) },
    rest: bytes.subarray(bodyEnd),
  };
}
