import type net from "node:net";
import tls from "node:tls";
import {
  FLAG,
  FRAME,
  type Frame,
  frame,
  type HeaderFields,
  headerBlock,
  PREFACE,
  readFrames,
} from "./h2-frames.js";
import { type SocketPeer, socketPeer } from "./socket-peer.js";

/** A request whose last byte has come. */
export interface H2Request {
  readonly streamId: number;
  /** What its DATA frames held. */
  readonly body: Buffer;
}

/** One connection of a peer: what came, and ways to answer, well or badly. */
export interface H2Connection {
  /** Which connection of the peer this is, from 0. */
  readonly index: number;
  readonly socket: net.Socket;
  /** Every frame that has come so far. */
  readonly received: readonly Frame[];
  /** The next request that is complete; undefined when the client has closed. */
  nextRequest(): Promise<H2Request | undefined>;
  /** The first frame, past or future, that fits; undefined when the client has closed before. */
  waitFor(fits: (frame: Frame) => boolean): Promise<Frame | undefined>;
  headers(streamId: number, fields: HeaderFields, options?: { endStream?: boolean }): void;
  /** Sends as much as the client's flow control lets through, then the rest as it opens. */
  data(
    streamId: number,
    bytes: Uint8Array,
    options?: { endStream?: boolean; frameSize?: number },
  ): Promise<void>;
  trailers(streamId: number, fields: HeaderFields): void;
  reset(streamId: number, code: number): void;
  goaway(lastStreamId: number, code: number, debugData?: string): void;
  /** Any bytes at all. */
  write(bytes: Uint8Array): void;
  /** From now on every byte is a write of its own. */
  trickle(): void;
  /** Closes after what was written. */
  end(): void;
  /** Closes at once, with a TCP reset where there is no TLS in between. */
  destroy(): void;
}

/** What a peer does with a connection. It starts when the socket is accepted. */
export type H2Script = (connection: H2Connection) => void | Promise<void>;

export interface H2PeerOptions {
  readonly tls?: tls.TlsOptions;
  /** Sends no SETTINGS and answers neither SETTINGS nor PING. */
  readonly silent?: boolean;
  /** Leaves PINGs unanswered. */
  readonly ignoresPings?: boolean;
  /** Payload of the first SETTINGS frame. */
  readonly settings?: Uint8Array;
}

/** Starts an HTTP/2 server on a raw socket, one script run a connection. */
export function h2Peer(script: H2Script, options: H2PeerOptions = {}): Promise<SocketPeer> {
  return socketPeer((socket, index) => script(h2Connection(socket, index, options)), {
    ...(options.tls && { tls: { ALPNProtocols: ["h2"], ...options.tls } }),
  });
}

function h2Connection(socket: net.Socket, index: number, options: H2PeerOptions): H2Connection {
  const received: Frame[] = [];
  const requests: H2Request[] = [];
  const bodies = new Map<number, Buffer[]>();
  const windows = new Map<number, number>([[0, 65_535]]);
  let initialWindow = 65_535;
  let ended = false;
  let oneByteWrites = false;
  const wake: (() => void)[] = [];

  const changed = () => {
    for (const resolve of wake.splice(0)) resolve();
  };
  const change = () => new Promise<void>((resolve) => wake.push(resolve));
  const windowOf = (streamId: number) => windows.get(streamId) ?? initialWindow;
  const write = (bytes: Uint8Array) => {
    if (socket.destroyed || socket.writableEnded) return;
    if (!oneByteWrites) socket.write(bytes);
    else for (const byte of bytes) socket.write(Buffer.from([byte]));
  };

  function onFrame(it: Frame) {
    received.push(it);
    const { type, flags, streamId, payload } = it;
    if (type === FRAME.SETTINGS && !(flags & FLAG.ACK)) {
      for (let at = 0; at + 6 <= payload.length; at += 6) {
        if (payload.readUInt16BE(at) === 0x4) initialWindow = payload.readUInt32BE(at + 2);
      }
      if (!options.silent) write(frame(FRAME.SETTINGS, FLAG.ACK, 0));
    } else if (type === FRAME.PING && !(flags & FLAG.ACK) && !options.silent && !options.ignoresPings) {
      write(frame(FRAME.PING, FLAG.ACK, 0, payload));
    } else if (type === FRAME.WINDOW_UPDATE) {
      windows.set(streamId, windowOf(streamId) + payload.readUInt32BE(0));
    } else if (type === FRAME.DATA) {
      bodies.set(streamId, [...(bodies.get(streamId) ?? []), payload]);
      // Keeps the connection's window open, however many requests come.
      const increment = Buffer.alloc(4);
      increment.writeUInt32BE(payload.byteLength);
      if (payload.byteLength > 0 && !options.silent) write(frame(FRAME.WINDOW_UPDATE, 0, 0, increment));
    }
    if ((type === FRAME.DATA || type === FRAME.HEADERS) && flags & FLAG.END_STREAM) {
      requests.push({ streamId, body: Buffer.concat(bodies.get(streamId) ?? []) });
      bodies.delete(streamId);
    }
  }

  let unread = Buffer.alloc(0);
  let greeted = false;
  socket.on("data", (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    if (!greeted) {
      if (unread.length < PREFACE.length) return;
      greeted = true;
      unread = unread.subarray(PREFACE.length);
    }
    const { frames, rest } = readFrames(unread);
    unread = Buffer.from(rest);
    frames.forEach(onFrame);
    changed();
  });
  socket.on("close", () => {
    ended = true;
    changed();
  });
  if (!options.silent) write(frame(FRAME.SETTINGS, 0, 0, options.settings));

  const headers = (streamId: number, fields: HeaderFields, endStream = false) =>
    write(
      frame(
        FRAME.HEADERS,
        FLAG.END_HEADERS | (endStream ? FLAG.END_STREAM : 0),
        streamId,
        headerBlock(fields),
      ),
    );

  return {
    index,
    socket,
    received,
    async nextRequest() {
      for (;;) {
        const request = requests.shift();
        if (request !== undefined || ended) return request;
        await change();
      }
    },
    async waitFor(fits) {
      for (;;) {
        const found = received.find(fits);
        if (found !== undefined || ended) return found;
        await change();
      }
    },
    headers: (streamId, fields, { endStream } = {}) => headers(streamId, fields, endStream),
    async data(streamId, bytes, { endStream = false, frameSize = 16_384 } = {}) {
      let at = 0;
      do {
        const size = Math.min(frameSize, bytes.length - at, windowOf(0), windowOf(streamId));
        if (size <= 0 && at < bytes.length) {
          await change();
          if (ended) return;
          continue;
        }
        const last = at + size === bytes.length;
        const flags = last && endStream ? FLAG.END_STREAM : 0;
        write(frame(FRAME.DATA, flags, streamId, bytes.subarray(at, at + size)));
        windows.set(0, windowOf(0) - size);
        windows.set(streamId, windowOf(streamId) - size);
        at += size;
      } while (at < bytes.length);
    },
    trailers: (streamId, fields) => headers(streamId, fields, true),
    reset(streamId, code) {
      const payload = Buffer.alloc(4);
      payload.writeUInt32BE(code);
      write(frame(FRAME.RST_STREAM, 0, streamId, payload));
    },
    goaway(lastStreamId, code, debugData = "") {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(lastStreamId, 0);
      head.writeUInt32BE(code, 4);
      write(frame(FRAME.GOAWAY, 0, 0, Buffer.concat([head, Buffer.from(debugData)])));
    },
    write,
    trickle() {
      oneByteWrites = true;
    },
    end: () => void socket.end(),
    destroy: () => void (socket instanceof tls.TLSSocket ? socket.destroy() : socket.resetAndDestroy()),
  };
}
