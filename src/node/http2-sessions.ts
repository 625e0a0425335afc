import { type ClientHttp2Stream, constants, type Http2Session, type OutgoingHttpHeaders } from "node:http2";
import { clearTimeout, setImmediate, setTimeout } from "node:timers";
import { Code, ConnectError } from "@connectrpc/connect";
import type { GrpcTransportOptions, Http2SessionManager } from "@connectrpc/connect-node";
import { canceledByClose, closedError } from "../call/closed-error.js";
import type { NodeTransportOptions } from "./node-options.js";
import { tlsSettings } from "./tls.js";

/** Servers of grpc-go hold more than that against a client. */
const PROBE_INTERVAL_MS = 300_000;

/** What is known of one connection, to tell why a stream on it ended. */
export interface SessionHistory {
  readonly session: Http2Session;
  /** Whether the peer has sent its SETTINGS, with which HTTP/2 begins. */
  hasSettings: boolean;
  /** From GOAWAY: streams with a higher id were not and will not be processed. */
  lastStreamId?: number;
  /** From GOAWAY: why the peer ends the connection. */
  goawayCode?: number;
  /** When its silence was last looked into, in milliseconds since 1970. */
  probedAtMs?: number;
}

/** The HTTP/2 connections to one server, opened when they are needed. */
export interface Http2Sessions {
  /** Opens a stream for a request. It belongs to nobody until `adopt` has seen it. */
  open(path: string, headers: OutgoingHttpHeaders): Promise<ClientHttp2Stream>;
  /** Takes note of the connection of a stream that was opened just now; undefined where it came to none. */
  adopt(stream: ClientHttp2Stream): SessionHistory | undefined;
  /**
   * Looks into a connection on which a call waited in vain: where no PING comes
   * back either, the connection is given up, and the next call opens another.
   * Without it, one that the network or Node has silently dropped would take
   * calls for as long as TCP hopes for the best.
   */
  probe(history: SessionHistory): void;
  /** The same for Connect's own transports. */
  readonly provider: Required<GrpcTransportOptions>["sessionManager"];
  /** Ends the connections: open streams fail with Canceled, new ones are refused. */
  close(): Promise<void>;
}

/**
 * Connect's session manager (keep-alive, verification, reconnecting) with what
 * it lacks: an end for good, a memory of why a connection ended, and a listener
 * for what a connection reports after the manager has let go of it, which
 * would otherwise end the process (connect-es#1768).
 */
export function http2Sessions(
  url: URL,
  { http2, tls }: Pick<NodeTransportOptions, "http2" | "tls">,
): Http2Sessions {
  const pingTimeoutMs = http2?.pingTimeoutMs ?? 15_000;
  let manager: Http2SessionManager | undefined;
  let newest: SessionHistory | undefined;
  const histories = new WeakMap<Http2Session, SessionHistory>();
  let closed = false;

  // Apart from the entry, because it brings all of connect-node with it; the first call finds it loaded.
  async function load() {
    const { Http2SessionManager } = await import("@connectrpc/connect-node");
    if (closed) throw closedError();
    manager ??= new Http2SessionManager(url, http2, { ...tlsSettings(tls), settings: { enablePush: false } });
  }

  function open(path: string, headers: OutgoingHttpHeaders): Promise<ClientHttp2Stream> {
    if (closed) return Promise.reject(closedError());
    if (manager === undefined) return load().then(() => open(path, headers));
    const opening = manager.request("POST", path, headers, {});
    if (manager.state() !== "verifying") return opening;
    return unlessStuck(manager, opening, () => open(path, headers));
  }

  // Where a connection is closed while the manager verifies it, or a stream on it
  // is, the manager waits for ever. Another one takes its place then.
  function unlessStuck(
    verifying: Http2SessionManager,
    opening: Promise<ClientHttp2Stream>,
    again: () => Promise<ClientHttp2Stream>,
  ): Promise<ClientHttp2Stream> {
    return new Promise((resolve, reject) => {
      let stuck = false;
      const timer = setTimeout(() => {
        if (verifying.state() === "connecting") return;
        stuck = true;
        if (manager === verifying) manager = undefined;
        resolve(again());
      }, pingTimeoutMs + 1000);
      const opened = (stream: ClientHttp2Stream) => {
        if (stuck) stream.on("error", () => {}).close(constants.NGHTTP2_CANCEL);
        else resolve(stream);
      };
      opening.then(opened, reject).finally(() => clearTimeout(timer));
    });
  }

  function adopt({ session }: ClientHttp2Stream): SessionHistory | undefined {
    // Closed while the manager verified a connection, which makes it open another one.
    if (closed) manager?.abort(canceledByClose());
    if (session === undefined) {
      // The connection has used up its stream ids (RFC 9113, section 5.1.1).
      newest?.session.close();
      return undefined;
    }
    if (session === newest?.session) return newest;
    // A late stream of an older connection finds what is known of that one.
    newest = histories.get(session) ?? watch(session);
    histories.set(session, newest);
    return newest;
  }

  function probe(history: SessionHistory): void {
    const { session, probedAtMs = Number.NEGATIVE_INFINITY } = history;
    if (session.destroyed || Date.now() - probedAtMs < PROBE_INTERVAL_MS) return;
    history.probedAtMs = Date.now();
    const timer = setTimeout(() => session.destroy(unansweredPing()), pingTimeoutMs).unref();
    session.ping(() => clearTimeout(timer));
  }

  load().catch(() => {});
  return {
    open,
    adopt,
    probe,
    provider: {
      authority: url.origin,
      async request(_method, path, headers) {
        const stream = await open(path, headers);
        adopt(stream);
        return stream;
      },
      notifyResponseByteRead: (stream) => manager?.notifyResponseByteRead(stream),
    },
    async close() {
      closed = true;
      // A stream that has just been answered is not closed yet.
      if (manager?.state() === "open") await new Promise(setImmediate);
      // With nothing under way a GOAWAY that says so; the manager's own names CANCEL, which servers log.
      if (manager?.state() === "idle") newest?.session.close();
      manager?.abort(canceledByClose());
    },
  };
}

function watch(session: Http2Session): SessionHistory {
  const history: SessionHistory = { session, hasSettings: false };
  session.once("remoteSettings", () => {
    history.hasSettings = true;
  });
  session.on("goaway", (code, lastStreamId) => {
    history.goawayCode = code;
    history.lastStreamId = lastStreamId;
  });
  // Its streams report it too.
  session.on("error", () => {});
  return history;
}

function unansweredPing(): ConnectError {
  return new ConnectError("the connection answers no PING any more", Code.Unavailable);
}
