import type { ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import { ConnectError } from "@connectrpc/connect";
import { canceledByClose, closedError } from "../../call/drain.js";
import { ownOptions } from "../../call/own-options.js";
import { type NodeTransportOptions, nodeDefaults } from "../../options.js";
import { connect, destroyPeer, endPeer, hasAgreed, headerBytes } from "./http2-connect.js";
import { headersTooLarge, notReadyError, openError, unansweredPing } from "./http2-error.js";
import type { Http2Peer, PeerEvents } from "./http2-peer.js";
import { nextTurn, startTimer, stopTimer } from "./timers.js";

/** A connection that was silent for longer is verified before it is used again, in milliseconds. */
const SILENT_MS = 30_000;
/** How long calls wait for that before they go out on another connection, in milliseconds. */
const VERIFY_MS = 2000;
/** Servers of grpc-go hold more than that against a client. */
const PROBE_INTERVAL_MS = 300_000;
/** RFC 9113, section 5.1.1. */
const LAST_STREAM_ID = 0x7fff_ffff;

/** A request that wants a stream: exactly one of the two is called, unless it leaves before. */
export interface StreamOwner {
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  /** Its stream is open, and its header fields are on their way. */
  onStream(stream: ClientHttp2Stream, peer: Http2Peer): void;
  /** There is none, and nothing was sent. */
  onNoStream(error: ConnectError): void;
}

/**
 * The HTTP/2 connection to one server. All requests share it. The first one
 * opens it; another takes its place when it is closed, dead, told to go away
 * (GOAWAY) or out of stream ids. Requests wait in a queue of ours, never in
 * Node's: for the peer's SETTINGS, for a PING, and where the peer allows no more
 * streams. A request that waits was not sent, and if it leaves it never will be.
 *
 * Like other gRPC clients this waits for the peer's SETTINGS. It costs one round
 * trip a connection at most, and until then the peer may be anything.
 */
export class Http2Connection implements PeerEvents {
  readonly url: URL;
  readonly #tls: NodeTransportOptions["tls"];
  readonly #connectTimeoutMs: number;
  readonly #pingIntervalMs: number;
  readonly #silentMs: number;
  readonly #pingTimeoutMs: number;
  readonly #pingsWhenIdle: boolean;
  readonly #idleTimeoutMs: number;
  readonly #waiting = new Set<StreamOwner>();
  /** All that are not closed yet. */
  readonly #peers = new Set<Http2Peer>();
  /** The one that takes new streams. */
  #current: Http2Peer | undefined;
  #closing: Promise<void> | undefined;
  #whenGone: (() => void) | undefined;

  constructor(url: URL, { http2: given, tls }: Pick<NodeTransportOptions, "http2" | "tls">) {
    const http2 = ownOptions(given);
    this.url = url;
    this.#tls = tls;
    const byDefault = nodeDefaults.http2;
    this.#connectTimeoutMs = http2.connectTimeoutMs ?? byDefault.connectTimeoutMs;
    this.#pingIntervalMs = http2.pingIntervalMs ?? Number.POSITIVE_INFINITY;
    this.#silentMs = Math.min(SILENT_MS, this.#pingIntervalMs);
    this.#pingTimeoutMs = http2.pingTimeoutMs ?? byDefault.pingTimeoutMs;
    this.#pingsWhenIdle = http2.pingIdleConnection ?? byDefault.pingIdleConnection;
    this.#idleTimeoutMs = http2.idleConnectionTimeoutMs ?? byDefault.idleConnectionTimeoutMs;
  }

  /** Opens a stream: now, where that is possible. */
  open(owner: StreamOwner): void {
    const peer = this.#current;
    if (this.#closing) {
      owner.onNoStream(closedError());
    } else if (this.#waiting.size === 0 && peer !== undefined && this.#takes(peer)) {
      this.#start(peer, owner);
    } else {
      this.#waiting.add(owner);
      this.#serve();
      this.#hold();
    }
  }

  /** Takes back a request that has no stream yet: it gets none any more. */
  leave(owner: StreamOwner): void {
    if (this.#waiting.delete(owner) && this.#waiting.size === 0) this.#hold();
  }

  /**
   * Looks into a connection on which a call waited in vain: where no PING comes
   * back either, the connection is given up, and the next call opens another.
   * Without it, one that the network or Node has silently dropped would take
   * calls for as long as TCP hopes for the best.
   */
  probe(peer: Http2Peer): void {
    const now = Date.now();
    if (now - peer.probedAtMs < PROBE_INTERVAL_MS) return;
    peer.probedAtMs = now;
    this.#ping(peer);
  }

  /** Takes note that the peer is alive. */
  heard(session: ClientHttp2Stream["session"]): void {
    for (const peer of this.#peers) if (peer.session === session) peer.heardAtMs = Date.now();
  }

  /** Ends the connection: open streams fail with Canceled, new ones are refused. Resolves when the sockets are gone. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  onSettings(peer: Http2Peer): void {
    if (!peer.isReady) {
      peer.isReady = true;
      peer.heardAtMs = peer.idleSinceMs = Date.now();
      this.#keep(peer);
    }
    this.#serve();
    this.#hold();
  }

  onStreamClose(peer: Http2Peer, { rstCode }: ClientHttp2Stream): void {
    const now = Date.now();
    if (rstCode === 0) peer.heardAtMs = now;
    peer.streamCount--;
    if (peer.streamCount === 0) {
      peer.idleSinceMs = now;
      if (peer.isRetired) endPeer(peer);
      else peer.session.unref();
    }
    this.#serve();
  }

  onGoaway(peer: Http2Peer): void {
    this.#retire(peer, undefined);
  }

  onClose(peer: Http2Peer, failure: unknown): void {
    this.#peers.delete(peer);
    this.#retire(peer, failure);
    if (this.#peers.size === 0) this.#whenGone?.();
  }

  /** Serves the requests that wait, as far as that is possible now. */
  #serve(): void {
    while (this.#waiting.size > 0) {
      const peer = this.#current ?? this.#connect();
      if (peer === undefined || !this.#takes(peer)) return;
      const [owner] = this.#waiting;
      if (owner === undefined) return;
      this.#waiting.delete(owner);
      this.#start(peer, owner);
    }
  }

  #connect(): Http2Peer | undefined {
    try {
      const options = { tls: this.#tls, connectTimeoutMs: this.#connectTimeoutMs };
      this.#current = connect(this.url, options, this);
      this.#peers.add(this.#current);
    } catch (error) {
      this.#refuse(() => openError(error, this.url));
    }
    return this.#current;
  }

  /** Whether a stream can be opened on it now; begins to verify it where that is due. */
  #takes(peer: Http2Peer): boolean {
    if (peer.isVerifying || peer.streamCount >= peer.maxStreams) return false;
    const { closed, destroyed } = peer.session;
    // The clock may have been set back.
    const silentMs = Math.abs(Date.now() - peer.heardAtMs);
    if (closed || destroyed) this.#retire(peer, undefined);
    else if (silentMs > this.#silentMs) this.#verify(peer);
    else return true;
    return false;
  }

  #start(peer: Http2Peer, owner: StreamOwner): void {
    const { session } = peer;
    let stream: ClientHttp2Stream;
    try {
      const size = headerBytes(owner.headers);
      if (size > peer.maxHeaderBytes) throw headersTooLarge(size, peer.maxHeaderBytes, this.url);
      stream = session.request({ ...owner.headers, ":method": "POST", ":path": owner.path });
    } catch (error) {
      owner.onNoStream(error instanceof ConnectError ? error : openError(error, this.url));
      return;
    }
    peer.wasUsed = true;
    if (peer.streamCount++ === 0) session.ref();
    stream.on("close", peer.onStreamClose);
    owner.onStream(stream, peer);
    if (stream.id === LAST_STREAM_ID) this.#retire(peer, undefined);
  }

  /** Gives it no new streams: those that are open go on, those that wait go elsewhere. */
  #retire(peer: Http2Peer, failure: unknown): void {
    peer.isRetired = true;
    if (peer.streamCount === 0) endPeer(peer);
    if (this.#current !== peer) return;
    this.#current = undefined;
    // A server that takes no stream at all is asked again by the next call, not by this one.
    if (peer.wasUsed || peer.isVerifying) this.#serve();
    else this.#refuse(() => notReadyError(peer.isReady, hasAgreed(peer), failure, this.url));
  }

  /** Each request gets an error of its own, because later layers note facts on it. */
  #refuse(errorOf: () => ConnectError): void {
    const refused = [...this.#waiting];
    this.#waiting.clear();
    for (const owner of refused) owner.onNoStream(errorOf());
  }

  /** The process lives as long as somebody waits for the connection, or has a stream on it. */
  #hold(): void {
    const peer = this.#current;
    if (peer === undefined || peer.streamCount > 0) return;
    if (this.#waiting.size > 0) peer.session.ref();
    else peer.session.unref();
  }

  #ping(peer: Http2Peer, onAnswer?: () => void): void {
    const { session } = peer;
    if (session.destroyed) return;
    const timer = startTimer(() => destroyPeer(peer, unansweredPing()), this.#pingTimeoutMs);
    session.ping((error) => {
      stopTimer(timer);
      if (error) return;
      peer.heardAtMs = Date.now();
      onAnswer?.();
    });
  }

  #verify(peer: Http2Peer): void {
    peer.isVerifying = true;
    peer.session.ref();
    const timer = startTimer(() => this.#retire(peer, undefined), Math.min(VERIFY_MS, this.#pingTimeoutMs));
    this.#ping(peer, () => {
      stopTimer(timer);
      peer.isVerifying = false;
      this.#serve();
      this.#hold();
    });
  }

  /** Keeps a connection alive, and closes it when nobody has used it for long. */
  #keep(peer: Http2Peer): void {
    const isIdle = () => peer.streamCount === 0;
    every(
      this.#idleTimeoutMs,
      peer,
      () => (isIdle() ? peer.idleSinceMs : Date.now()),
      () => this.#retire(peer, undefined),
    );
    every(
      this.#pingIntervalMs,
      peer,
      () => peer.heardAtMs,
      () => {
        if (this.#pingsWhenIdle || !isIdle()) this.#ping(peer);
      },
    );
  }

  async #close(): Promise<void> {
    this.#refuse(closedError);
    for (const peer of this.#peers) {
      // Whoever waits for the end keeps the process alive until then.
      peer.socket.ref();
      if (peer.streamCount === 0) endPeer(peer);
    }
    // A stream that has just been answered is not closed yet.
    await nextTurn();
    if (this.#peers.size === 0) return;
    const gone = new Promise<void>((resolve) => {
      this.#whenGone = resolve;
    });
    for (const peer of this.#peers) endPeer(peer, peer.streamCount > 0 ? canceledByClose() : undefined);
    await gone;
  }
}

/** Acts whenever nothing has happened on a connection for a while, until it is gone. */
function every(silentMs: number, { session }: Http2Peer, lastAtMs: () => number, act: () => void): void {
  const look = () => {
    const leftMs = silentMs - (Date.now() - lastAtMs());
    if (leftMs <= 0) act();
    timer = session.destroyed ? undefined : startTimer(look, leftMs > 0 ? leftMs : silentMs);
  };
  let timer = startTimer(look, silentMs);
  session.on("close", () => stopTimer(timer));
}
