import { Code, createClient, type Interceptor } from "@connectrpc/connect";
import { afterEach, describe, expect, test, vi } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import { createTransport, type TransportOptions } from "../../src/node/index.js";
import { caught } from "../auth/caught.js";
import { textMessage } from "../grpc/text-client.js";
import { FRAME } from "../peers/h2-frames.js";
import { type H2Connection, h2Peer } from "../peers/h2-peer.js";
import { TextService } from "./text-service.js";

const TRAILERS = Buffer.from("\x80\0\0\0\x10grpc-status: 0\r\n", "latin1");

/** Answers each request with a text. */
async function answerAll(connection: H2Connection) {
  for (;;) {
    const request = await connection.nextRequest();
    if (request === undefined) return;
    connection.headers(request.streamId, { ":status": 200, "content-type": "application/grpc-web+proto" });
    const body = Buffer.concat([textMessage("hi"), TRAILERS]);
    await connection.data(request.streamId, body, { endStream: true });
  }
}

function clientOf(baseUrl: string, options: Partial<TransportOptions> = {}) {
  const common = { contentType: "application/grpc-web+proto", httpVersion: "2" } as const;
  const transport = createTransport({ baseUrl, ...common, ...options });
  return {
    ...createClient(TextService, transport),
    close: transport.close,
    [Symbol.asyncDispose]: transport.close,
  };
}

describe("gRPC-web over HTTP/2", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("gives up a connection on which a call waited in vain, and that is dead", async () => {
    await using peer = await h2Peer(
      async (connection) => {
        if (connection.index > 0) await answerAll(connection);
      },
      { ignoresPings: true },
    );
    await using client = clientOf(peer.url, { http2: { pingTimeoutMs: 30 } });
    const other = caught(() => client.say({}));
    expect((await caught(() => client.say({}, { timeoutMs: 500 }))).code).toBe(Code.DeadlineExceeded);
    expect((await other).code).toBe(Code.Unavailable);
    expect((await client.say({})).value).toBe("hi");
    expect(peer.accepted).toBe(2);
  });

  test("ends a call that waits for its connection to be verified, when it is closed", async () => {
    // Only the clock is moved; timers are real.
    vi.useFakeTimers({ toFake: ["Date"] });
    let isAsked = false;
    await using peer = await h2Peer(
      async (connection) => {
        void connection
          .waitFor(({ type }) => type === FRAME.PING)
          .then(() => {
            isAsked = true;
          });
        await answerAll(connection);
      },
      { ignoresPings: true },
    );
    const client = clientOf(peer.url, { http2: { pingIntervalMs: 10_000, pingTimeoutMs: 10_000 } });
    await client.say({});
    vi.setSystemTime(Date.now() + 60_000);
    const call = caught(() => client.say({}));
    await vi.waitUntil(() => isAsked);
    await client.close({ graceMs: 0 });
    expect((await call).code).toBe(Code.Canceled);
  });

  test("does not let an interceptor send a call elsewhere", async () => {
    await using peer = await h2Peer(answerAll);
    const elsewhere: Interceptor = (next) => (request) => next({ ...request, url: "https://other.test/a/b" });
    await using client = clientOf(peer.url, { interceptors: [elsewhere] });
    const error = await caught(() => client.say({}));
    expect(error.rawMessage).toContain("not to https://other.test/a/b");
    expect(explainError(error)).toMatchObject({ reason: "invalid_request", delivery: "not_sent" });
  });
});
