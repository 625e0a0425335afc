import { constants, type OutgoingHttpHeaders, connect as openSession } from "node:http2";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import type { TlsOptions } from "../../options.js";
import { connectTimeout } from "./http2-error.js";
import type { Http2Peer, PeerEvents } from "./http2-peer.js";
import { startTimer, stopTimer } from "./timers.js";
import { tlsSettings } from "./tls.js";

/** How long a connection that is not wanted any more may take to end, in milliseconds. */
const END_MS = 1000;

/** What a server without a limit says of it. */
const UNLIMITED = 0xffff_ffff;

/** Header fields for a server that does not say how much it takes, in bytes: many close the connection at more. */
const HEADER_BYTES = 65_536;

/** Node's limits, lifted: they end a call, or the connection, as if the peer had done so. */
const LIFTED = {
  maxSendHeaderBlockLength: UNLIMITED,
  maxHeaderListPairs: 0xffff,
  /** In MB. */
  maxSessionMemory: 0xffff,
};

/** Where a connection leads, and how. */
export interface ConnectOptions {
  readonly tls?: TlsOptions | undefined;
  /** Limit over TCP, TLS and the peer's SETTINGS, in milliseconds. */
  readonly connectTimeoutMs: number;
}

/** Opens a connection. It is ready when its SETTINGS have come. Throws where TLS cannot take its options. */
export function connect(url: URL, options: ConnectOptions, events: PeerEvents): Http2Peer {
  const socket = openSocket(url, options.tls);
  const session = openSession(url, {
    ...LIFTED,
    ...tlsSettings(options.tls),
    settings: { enablePush: false },
    createConnection: () => socket,
  });
  const peer: Http2Peer = {
    session,
    socket,
    isReady: false,
    maxStreams: 0,
    maxHeaderBytes: 0,
    streamCount: 0,
    wasUsed: false,
    isRetired: false,
    heardAtMs: 0,
    idleSinceMs: 0,
    isVerifying: false,
    probedAtMs: Number.NEGATIVE_INFINITY,
    onStreamClose() {
      events.onStreamClose(peer, this);
    },
  };
  const { connectTimeoutMs } = options;
  const limit = startTimer(() => destroyPeer(peer, connectTimeout(connectTimeoutMs)), connectTimeoutMs);
  let failure: unknown;
  // It stays to the end: an error that nobody hears ends the process (connect-es#1768).
  session.on("error", (error) => {
    failure ??= error;
  });
  session.on("remoteSettings", ({ maxConcurrentStreams, maxHeaderListSize }) => {
    stopTimer(limit);
    peer.maxStreams = maxConcurrentStreams ?? UNLIMITED;
    peer.maxHeaderBytes =
      maxHeaderListSize === undefined || maxHeaderListSize === UNLIMITED ? HEADER_BYTES : maxHeaderListSize;
    events.onSettings(peer);
  });
  session.on("goaway", (code, lastStreamId) => {
    peer.goawayCode = code;
    peer.lastStreamId = lastStreamId;
    events.onGoaway(peer);
  });
  session.on("close", () => {
    stopTimer(limit);
    events.onClose(peer, failure);
  });
  return peer;
}

/** The one place where sockets are made. */
function openSocket(url: URL, tls: TlsOptions | undefined): Socket {
  const isSecure = url.protocol === "https:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port) || (isSecure ? 443 : 80);
  if (!isSecure) return connectTcp({ host, port });
  const servername = isIP(host) ? {} : { servername: host };
  return connectTls({ host, port, ALPNProtocols: ["h2"], ...servername, ...tlsSettings(tls) });
}

/** What the header fields of a request take, in bytes, as RFC 9113, section 6.5.2, counts them. */
export function headerBytes(headers: OutgoingHttpHeaders): number {
  let bytes = 0;
  for (const name of Object.keys(headers)) bytes += name.length + String(headers[name]).length + 32;
  return bytes;
}

/** Whether both sides have agreed on HTTP/2, which they can do with TLS alone. */
export function hasAgreed({ socket }: Http2Peer): boolean {
  return socket instanceof TLSSocket && socket.alpnProtocol === "h2";
}

/** Ends a connection at once, with whatever is open on it: for one that is dead, or never came to life. */
export function destroyPeer({ session, socket }: Http2Peer, error: Error): void {
  session.destroy(error);
  // Node would wait until the socket has connected, or has written all.
  socket.destroy();
}

/** Ends a connection and tells the peer with GOAWAY; what is open on it fails with `error`. */
export function endPeer({ session, socket }: Http2Peer, error?: Error): void {
  if (session.connecting) socket.destroy();
  if (error) session.destroy(error, constants.NGHTTP2_CANCEL);
  else session.destroy();
  // A peer that does not read would keep the socket open.
  if (!socket.destroyed) startTimer(() => socket.destroy(), END_MS);
}
