import type { ClientHttp2Stream, Http2Session, OutgoingHttpHeaders } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import type { GrpcTransportOptions, Http2SessionManager } from "@connectrpc/connect-node";
import { notSentError } from "../errors/facts.js";
import type { NodeTransportOptions } from "./node-options.js";
import { tlsSettings } from "./tls.js";

/** What is known of one connection, to tell why a stream on it ended. */
export interface SessionHistory {
  readonly session: Http2Session;
  /** Whether the peer has sent its SETTINGS, with which HTTP/2 begins. */
  spokeHttp2: boolean;
  /** From GOAWAY: streams with a higher id were not and will not be processed. */
  lastStreamId?: number;
  /** From GOAWAY: why the peer ends the connection. */
  goawayCode?: number;
  /** Who wants to know when it is closed. */
  readonly closeListeners: Set<() => void>;
}

/** The HTTP/2 connections to one server, opened when they are needed. */
export interface Http2Sessions {
  /** Opens a stream for a request. It belongs to nobody until `adopt` has seen it. */
  open(path: string, headers: OutgoingHttpHeaders): Promise<ClientHttp2Stream>;
  /** Takes note of the connection of a stream that was opened just now; undefined where it came to none. */
  adopt(stream: ClientHttp2Stream): SessionHistory | undefined;
  /** The same for Connect's own transports. */
  readonly provider: Required<GrpcTransportOptions>["sessionManager"];
  /** Ends the connections: open streams fail with Canceled, new ones are refused. */
  close(): void;
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
  let manager: Http2SessionManager | undefined;
  let newest: SessionHistory | undefined;
  let closed = false;

  // Late, because it brings all of connect-node with it.
  async function load() {
    const { Http2SessionManager } = await import("@connectrpc/connect-node");
    if (closed) throw closedError();
    manager ??= new Http2SessionManager(url, http2, { ...tlsSettings(tls), settings: { enablePush: false } });
    return manager;
  }

  function open(path: string, headers: OutgoingHttpHeaders): Promise<ClientHttp2Stream> {
    if (closed) return Promise.reject(closedError());
    if (manager === undefined) return load().then(() => open(path, headers));
    const opening = manager.request("POST", path, headers, {});
    if (manager.state() !== "verifying" || newest === undefined) return opening;
    return unlessStuck(manager, newest, opening, () => open(path, headers));
  }

  // The manager waits for ever where a connection is closed while it verifies it. Another one takes its place then.
  function unlessStuck<T>(
    verifying: Http2SessionManager,
    { closeListeners }: SessionHistory,
    opening: Promise<T>,
    again: () => Promise<T>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const onClose = () =>
        // By then it has taken note, and opens another connection if it knows that it should.
        setImmediate(() => {
          if (verifying.state() !== "closed") return;
          if (manager === verifying) manager = undefined;
          resolve(again());
        });
      closeListeners.add(onClose);
      opening.then(resolve, reject).finally(() => closeListeners.delete(onClose));
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
    if (session !== newest?.session) newest = watch(session);
    return newest;
  }

  return {
    open,
    adopt,
    provider: {
      authority: url.origin,
      async request(_method, path, headers) {
        const stream = await open(path, headers);
        adopt(stream);
        return stream;
      },
      notifyResponseByteRead: (stream) => manager?.notifyResponseByteRead(stream),
    },
    close() {
      closed = true;
      manager?.abort(canceledByClose());
    },
  };
}

function watch(session: Http2Session): SessionHistory {
  const history: SessionHistory = { session, spokeHttp2: false, closeListeners: new Set() };
  session.once("remoteSettings", () => {
    history.spokeHttp2 = true;
  });
  session.on("goaway", (code, lastStreamId) => {
    history.goawayCode = code;
    history.lastStreamId = lastStreamId;
  });
  session.once("close", () => {
    for (const listener of history.closeListeners) listener();
  });
  // Its streams report it too.
  session.on("error", () => {});
  return history;
}

function closedError(): ConnectError {
  return notSentError("the connections were closed before the call", Code.Canceled, "canceled");
}

function canceledByClose(): ConnectError {
  return new ConnectError("the connections were closed during the call", Code.Canceled);
}
