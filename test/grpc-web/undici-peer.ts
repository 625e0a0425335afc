import type { StopSignal } from "../../src/call/stop.js";
import { undiciClient } from "../../src/http/node/undici-client.js";
import { type Http1Connection, type Http1Script, http1Peer } from "../peers/http1-peer.js";
import { until } from "../suite/until.js";

/** A client and a peer, both closed at the end. */
export async function withPeer(script: Http1Script, options: Parameters<typeof undiciClient>[0] = {}) {
  let first: Http1Connection | undefined;
  const peer = await http1Peer((connection) => {
    first ??= connection;
    return script(connection);
  });
  const { http, close } = undiciClient(options);
  const post = (more: { signal?: StopSignal; fields?: Record<string, string> } = {}) =>
    http({
      method: "POST",
      url: `${peer.url}/path?q=1`,
      fields: {},
      body: new TextEncoder().encode("body"),
      ...more,
    });
  return {
    peer,
    post,
    close,
    /** Until its first connection is closed; undici opens another one in place of one that it broke off. */
    gone: () => until("the connection to close", () => first?.socket.closed),
    async [Symbol.asyncDispose]() {
      await close();
      await peer.close();
    },
  };
}

export const answers = (header: Record<string, string>, body: Uint8Array | string): Http1Script =>
  async function answerAll(connection: Http1Connection) {
    while (await connection.nextRequest()) connection.answer(200, header, body);
  };

export const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
