import type { Code } from "@connectrpc/connect";
import type { Delivery, Reason } from "../../src/errors/verdict.js";
import type { TransportOptions } from "../../src/node/index.js";
import type { CallPolicy } from "../../src/options.js";
import type { PeerAnswer, PeerWire } from "./answers.js";
import { type H2Connection, type H2Script, h2Peer } from "./h2-peer.js";
import { type Http1Connection, type Http1Script, http1Peer } from "./http1-peer.js";
import type { SocketPeer } from "./socket-peer.js";

/** What a caller gets: the good answer, or an error with this code, and what `explainError` says about it. */
export type Outcome = "answer" | readonly [code: keyof typeof Code, Reason, Delivery];

/** A peer that misbehaves, or only looks as if it did, and what comes of it on each wire. */
export interface AwkwardPeer {
  readonly name: string;
  /** Where the wire runs on HTTP/1.1. */
  readonly http1?: (connection: Http1Connection, wire: PeerWire) => void | Promise<void>;
  /** Where it runs on HTTP/2. */
  readonly http2?: (connection: H2Connection, wire: PeerWire) => void | Promise<void>;
  /** Sends no SETTINGS of its own on HTTP/2. */
  readonly silent?: boolean;
  /** Of the client, besides the wire's. */
  readonly options?: Partial<TransportOptions> & Pick<CallPolicy, "timeoutMs" | "retry">;
  /** Calls made one after the other, each with the same outcome. @default 1 */
  readonly calls?: number;
  /** A wire that is missing here cannot meet this peer. */
  readonly outcome: Readonly<Partial<Record<PeerWire, Outcome>>>;
}

/** The same on every wire. */
export function everywhere(outcome: Outcome): Record<PeerWire, Outcome> {
  return { gRPC: outcome, "gRPC-web": outcome, "gRPC-web on HTTP/2": outcome, REST: outcome };
}

/** A peer whose connection is in order: only what it answers is not. */
export function answering(
  answer: (wire: PeerWire) => PeerAnswer,
  { trickle = false } = {},
): Pick<AwkwardPeer, "http1" | "http2"> {
  return {
    async http1(connection, wire) {
      if (trickle) connection.trickle();
      while ((await connection.nextRequest()) !== undefined) {
        const { status, header, body } = answer(wire);
        connection.answer(status, header, body);
      }
    },
    async http2(connection, wire) {
      if (trickle) connection.trickle();
      for (;;) {
        const request = await connection.nextRequest();
        if (request === undefined) return;
        await sendHttp2(connection, request.streamId, answer(wire));
      }
    },
  };
}

/** Sends a whole answer on a stream. */
export async function sendHttp2(connection: H2Connection, streamId: number, answer: PeerAnswer) {
  const { status, header, body, trailer } = answer;
  const fields = { ":status": status, ...header };
  if (body === undefined && trailer === undefined)
    return connection.headers(streamId, fields, { endStream: true });
  connection.headers(streamId, fields);
  await connection.data(streamId, Buffer.from(body ?? ""), { endStream: trailer === undefined });
  if (trailer !== undefined) connection.trailers(streamId, trailer);
}

/** Starts a peer as one wire meets it; undefined where it cannot. */
export async function startPeer(peer: AwkwardPeer, wire: PeerWire): Promise<SocketPeer | undefined> {
  const onHttp2 = wire === "gRPC" || wire === "gRPC-web on HTTP/2";
  if (onHttp2) {
    const script: H2Script | undefined = peer.http2 && ((connection) => peer.http2?.(connection, wire));
    return script && h2Peer(script, { silent: peer.silent ?? false });
  }
  const script: Http1Script | undefined = peer.http1 && ((connection) => peer.http1?.(connection, wire));
  return script && http1Peer(script);
}
