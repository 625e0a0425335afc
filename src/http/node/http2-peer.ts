import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import type { Socket } from "node:net";

/** One connection to a server, and what is known of it. */
export interface Http2Peer {
  readonly session: ClientHttp2Session;
  readonly socket: Socket;
  /** Whether the peer has sent its SETTINGS, with which HTTP/2 begins. */
  isReady: boolean;
  /** From SETTINGS: how many streams may be open at a time; none before. */
  maxStreams: number;
  /** From SETTINGS: how much the header fields of a request may take, in bytes. */
  maxHeaderBytes: number;
  /** Streams that are open. */
  streamCount: number;
  /** Whether a stream was ever opened. */
  wasUsed: boolean;
  /** Whether it takes no new streams any more. */
  isRetired: boolean;
  /** When the peer was last heard, in milliseconds since 1970. */
  heardAtMs: number;
  /** When the last stream closed, in milliseconds since 1970. */
  idleSinceMs: number;
  /** Whether calls wait for the answer to a PING. */
  isVerifying: boolean;
  /** When its silence was last looked into, in milliseconds since 1970. */
  probedAtMs: number;
  /** Listens to each stream's `close`; one for all, because they are made for every call. */
  readonly onStreamClose: (this: ClientHttp2Stream) => void;
  /** From GOAWAY: streams with a higher id were not and will not be processed. */
  lastStreamId?: number;
  /** From GOAWAY: why the peer ends the connection. */
  goawayCode?: number;
}

/** Who hears what becomes of a connection. */
export interface PeerEvents {
  /** SETTINGS came: for the first time, or with other limits. */
  onSettings(peer: Http2Peer): void;
  onGoaway(peer: Http2Peer): void;
  onStreamClose(peer: Http2Peer, stream: ClientHttp2Stream): void;
  /** It is gone; `failure` is what it died of, if it reported anything. */
  onClose(peer: Http2Peer, failure: unknown): void;
}
