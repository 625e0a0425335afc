import { once } from "node:events";
import { createServer } from "node:http2";
import { connect } from "node:net";
import { Worker } from "node:worker_threads";
import { Code } from "@connectrpc/connect";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import { createResendClient, type ResendClientOptions } from "../../src/node/index.js";
import { createCertificate, type ServerIdentity } from "../../src/sandbox/certificate.js";
import { caught } from "../auth/caught.js";
import { goodAnswer, type PeerWire } from "../peers/answers.js";
import { sendHttp2 } from "../peers/awkward-peer.js";
import { FRAME, frame } from "../peers/h2-frames.js";
import { type H2Connection, type H2PeerOptions, h2Peer } from "../peers/h2-peer.js";
import { leavesNothing } from "../peers/leaks.js";
import { socketPeer } from "../peers/socket-peer.js";
import { WIRE_OPTIONS } from "../peers/wire-options.js";
import { runChild } from "./child.js";

let identity: ServerIdentity;
beforeAll(async () => {
  identity = await createCertificate(Date.now());
});

/** One SETTINGS frame: an id and a value. */
function settings(id: number, value: number): Buffer {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(id, 0);
  payload.writeUInt32BE(value, 2);
  return payload;
}
const MAX_CONCURRENT_STREAMS = 0x3;
const MAX_HEADER_LIST_SIZE = 0x6;
const ENABLE_PUSH = 0x2;

/** A port whose queue is full, because nobody accepts: the system drops what else wants to connect. */
async function deafListener() {
  const program = `
    const { parentPort, workerData } = require("node:worker_threads");
    const server = require("node:net").createServer();
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      Atomics.wait(new Int32Array(workerData), 0, 0);
    });`;
  const worker = new Worker(program, { eval: true, workerData: new SharedArrayBuffer(4) });
  const [port] = await once(worker, "message");
  const waiting = Array.from({ length: 4 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  await Promise.all(waiting.slice(0, 2).map((socket) => once(socket, "connect")));
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.dispose]() {
      for (const socket of waiting) socket.destroy();
      void worker.terminate();
    },
  };
}

describe.each(["gRPC", "gRPC-web on HTTP/2"] as const)("a connection of %s", (wire: PeerWire) => {
  function newClient(baseUrl: string, options: Partial<ResendClientOptions> = {}) {
    const client = createResendClient({
      ...WIRE_OPTIONS[wire],
      baseUrl,
      retry: false,
      timeoutMs: 10_000,
      ...options,
    });
    return Object.assign(client, {
      say: (callOptions = {}) => client.resendHumanInitialization({ userId: "1" }, callOptions),
      outcome: async (callOptions = {}) =>
        explainError(await caught(() => client.resendHumanInitialization({ userId: "1" }, callOptions))),
    });
  }
  const answerAll = async (connection: H2Connection) => {
    for (;;) {
      const request = await connection.nextRequest();
      if (request === undefined) return;
      await sendHttp2(connection, request.streamId, goodAnswer(wire));
    }
  };
  const headersOn = (connection: H2Connection | undefined) =>
    connection?.received.filter(({ type }) => type === FRAME.HEADERS).length;

  /** A peer, and its connections so far. */
  async function watched(
    script: (connection: H2Connection) => void | Promise<void>,
    options: H2PeerOptions = {},
  ) {
    const connections: H2Connection[] = [];
    const peer = await h2Peer((connection) => {
      connections.push(connection);
      return script(connection);
    }, options);
    return Object.assign(peer, { connections });
  }

  describe("that comes to nothing", () => {
    /** Swallows what comes on its first connection, behind the accept; leads the others to a server. */
    async function swallowing(port: number) {
      return await socketPeer((socket, index) => {
        if (index === 0) return;
        const target = connect(port, "127.0.0.1");
        socket.pipe(target).pipe(socket);
        target.on("error", () => socket.destroy());
      });
    }

    test("because TLS is never answered gives way to another", async () => {
      await leavesNothing(async () => {
        await using server = await h2Peer(answerAll, { tls: identity });
        await using peer = await swallowing(server.port);
        await using client = newClient(peer.url.replace("http:", "https:"), {
          tls: { ca: identity.cert },
          http2: { connectTimeoutMs: 100 },
        });
        const failures = await Promise.all([client.outcome(), client.outcome()]);
        for (const failure of failures) {
          expect(failure).toMatchObject({
            code: Code.Unavailable,
            reason: "unreachable",
            delivery: "not_sent",
            retryable: true,
          });
        }
        expect(peer.accepted).toBe(1);
        await expect(client.say()).resolves.toBeDefined();
      });
    });

    test("because TCP is never answered leaves no socket behind", async () => {
      using listener = await deafListener();
      await leavesNothing(async () => {
        const client = newClient(listener.url, { http2: { connectTimeoutMs: 100 } });
        expect(await client.outcome()).toMatchObject({ reason: "unreachable", delivery: "not_sent" });
      });
      const closed = newClient(listener.url);
      const call = closed.outcome();
      await closed.close({ graceMs: 0 });
      expect(await call).toMatchObject({ reason: "canceled", delivery: "not_sent" });
    });

    test("does not fail a call that may be repeated", async () => {
      await using server = await h2Peer(answerAll, { tls: identity });
      await using peer = await swallowing(server.port);
      await using client = newClient(peer.url.replace("http:", "https:"), {
        tls: { ca: identity.cert },
        http2: { connectTimeoutMs: 100 },
        retry: { initialDelayMs: 1 },
      });
      await expect(client.say()).resolves.toBeDefined();
    });

    test("because SETTINGS never come has sent nothing", async () => {
      await using peer = await watched(() => {}, { silent: true });
      await using client = newClient(peer.url, { http2: { connectTimeoutMs: 100 } });
      const error = await caught(client.say);
      expect(error.rawMessage).toMatch(/^no connection to 127\.0\.0\.1:\d+: .*within 100 ms/);
      expect(explainError(error)).toMatchObject({
        reason: "unreachable",
        delivery: "not_sent",
        retryable: true,
      });
      await peer.idle();
      expect(headersOn(peer.connections[0])).toBe(0);
    });

    test("because the peer speaks HTTP/1.1, and keeps its connection, has sent nothing", async () => {
      await using peer = await socketPeer((socket) => {
        socket.once("data", () => socket.write("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"));
      });
      await using client = newClient(peer.url);
      expect(await client.outcome()).toMatchObject({ reason: "not_supported", delivery: "not_sent" });
      await peer.idle();
    });

    test("keeps the process alive while somebody waits for it, also after others gave up", async () => {
      let mayGreet = () => {};
      const greeting = new Promise<void>((resolve) => {
        mayGreet = resolve;
      });
      await using peer = await watched(
        async (connection) => {
          await greeting;
          connection.write(frame(FRAME.SETTINGS, 0, 0));
          await answerAll(connection);
        },
        { silent: true },
      );
      const running = runChild(
        `import { createResendClient } from "./src/node/index.ts";
        const client = createResendClient({ ...JSON.parse(process.argv[2]), timeoutMs: 0 });
        const request = { userId: "1" };
        await client.resendHumanInitialization(request, { timeoutMs: 100 }).catch(() => {});
        console.error("gave up");
        await client.resendHumanInitialization(request);
        console.log("answered");`,
        [JSON.stringify({ ...WIRE_OPTIONS[wire], baseUrl: peer.url })],
      );
      running.stderr?.once("data", () => setImmediate(mayGreet));
      expect((await running.ended).stdout).toBe("answered\n");
    });

    test("does not keep the process alive once nobody waits for it", async () => {
      await using peer = await socketPeer((socket) => void socket.resume());
      const { ended } = runChild(
        `import { createResendClient } from "./src/node/index.ts";
        const client = createResendClient({
          ...JSON.parse(process.argv[2]),
          timeoutMs: 200,
          http2: { connectTimeoutMs: 3_600_000 },
        });
        await client.resendHumanInitialization({ userId: "1" }).catch(({ code }) => console.log(code));`,
        [JSON.stringify({ ...WIRE_OPTIONS[wire], baseUrl: peer.url.replace("http:", "https:") })],
      );
      expect((await ended).stdout).toBe(`${Code.DeadlineExceeded}\n`);
    });
  });

  describe("that was silent for 30 seconds", () => {
    /** What calls come to a minute after the first one. */
    async function afterAMinute(url: string, calls: number, pingTimeoutMs: number) {
      // Only the clock is moved; timers are real.
      vi.useFakeTimers({ toFake: ["Date"] });
      try {
        await using client = newClient(url, { http2: { pingTimeoutMs } });
        await client.say();
        // By then the stream of the call is closed.
        for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
        vi.setSystemTime(Date.now() + 60_000);
        await Promise.all(Array.from({ length: calls }, () => client.say()));
      } finally {
        vi.useRealTimers();
      }
    }

    test("is asked whether it is alive, once, and used again", async () => {
      await using peer = await watched(answerAll);
      await afterAMinute(peer.url, 3, 10_000);
      expect(peer.accepted).toBe(1);
      expect(peer.connections[0]?.received.filter(({ type }) => type === FRAME.PING)).toHaveLength(1);
    });

    test("gives way to another where it was forgotten, and loses no call", async () => {
      await using peer = await watched(
        async (connection) => {
          if (connection.index > 0) return answerAll(connection);
          const request = await connection.nextRequest();
          await sendHttp2(connection, request?.streamId ?? 1, goodAnswer(wire));
        },
        { ignoresPings: true },
      );
      await afterAMinute(peer.url, 3, 50);
      expect(peer.connections.map(headersOn)).toEqual([1, 3]);
    });
  });

  describe("whose peer allows one stream at a time", () => {
    /** A peer that holds its first request until it is told to answer. */
    async function busyPeer() {
      let answer = () => {};
      const mayAnswer = new Promise<void>((resolve) => {
        answer = resolve;
      });
      let take = () => {};
      const hasTaken = new Promise<void>((resolve) => {
        take = resolve;
      });
      const peer = await watched(
        async (connection) => {
          const request = await connection.nextRequest();
          take();
          await mayAnswer;
          await sendHttp2(connection, request?.streamId ?? 1, goodAnswer(wire));
          await answerAll(connection);
        },
        { settings: settings(MAX_CONCURRENT_STREAMS, 1) },
      );
      return Object.assign(peer, { answer, hasTaken });
    }

    const ENDS = {
      "its time is over": () => ({ timeoutMs: 100 }),
      "its caller gives up": () => ({ signal: AbortSignal.timeout(100) }),
    };
    test.each(Object.entries(ENDS))(
      "a call that waits until %s was not sent, and never is",
      async (_, end) => {
        await using peer = await busyPeer();
        await using client = newClient(peer.url);
        const first = client.say();
        await peer.hasTaken;
        expect(await client.outcome(end())).toMatchObject({ delivery: "not_sent" });
        const third = client.say();
        peer.answer();
        await Promise.all([first, third]);
        expect(peer.connections.map(headersOn)).toEqual([2]);
      },
    );

    test("a call that waits when it is closed was not sent", async () => {
      await using peer = await busyPeer();
      const client = newClient(peer.url);
      const first = client.outcome();
      await peer.hasTaken;
      const second = client.outcome();
      await client.close({ graceMs: 0 });
      expect([await first, await second]).toMatchObject([
        { reason: "canceled", delivery: "maybe_sent" },
        { reason: "canceled", delivery: "not_sent" },
      ]);
      await peer.idle();
      expect(peer.connections.map(headersOn)).toEqual([1]);
    });

    test("a call that waits when it breaks goes out on another", async () => {
      await using peer = await watched(
        async (connection) => {
          if (connection.index > 0) return answerAll(connection);
          await connection.nextRequest();
          connection.end();
        },
        { settings: settings(MAX_CONCURRENT_STREAMS, 1) },
      );
      await using client = newClient(peer.url);
      const [first, second] = await Promise.allSettled([client.say(), client.say()]);
      expect([first?.status, second?.status]).toEqual(["rejected", "fulfilled"]);
    });
  });

  test("on which SETTINGS come after a call was given up never carries that call", async () => {
    await using peer = await watched(
      async (connection) => {
        await connection.waitFor(({ type }) => type === FRAME.SETTINGS);
        await settled;
        connection.write(frame(FRAME.SETTINGS, 0, 0));
        await answerAll(connection);
      },
      { silent: true },
    );
    let settle = () => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    await using client = newClient(peer.url);
    expect(await client.outcome({ timeoutMs: 100 })).toMatchObject({ delivery: "not_sent" });
    settle();
    await client.say();
    expect(peer.connections.map(headersOn)).toEqual([1]);
  });

  test("says in its first frame that it takes no pushes", async () => {
    await using peer = await watched(answerAll);
    await using client = newClient(peer.url);
    await client.say();
    const [first] = peer.connections[0]?.received ?? [];
    expect(first?.type).toBe(FRAME.SETTINGS);
    const pairs = first?.payload.toString("hex").match(/.{12}/g);
    expect(pairs).toContain(settings(ENABLE_PUSH, 0).toString("hex"));
  });

  describe("whose header fields are many or large", () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-field-${at}`, "value"]));

    test.each([
      ["of a request", { "x-large": "x".repeat(200_000) }],
      ["of a request, in many fields", many(3000)],
    ])("%s takes what the peer takes", async (_, headers) => {
      await using peer = await watched(answerAll, { settings: settings(MAX_HEADER_LIST_SIZE, 1_000_000) });
      await using client = newClient(peer.url);
      await client.say({ headers });
      await client.say();
      expect(peer.connections.map(headersOn)).toEqual([2]);
    });

    test.each([
      ["the peer takes", { settings: settings(MAX_HEADER_LIST_SIZE, 50_000) }, 50_000],
      ["a peer takes that does not say it", {}, 65_536],
    ])("of a request, beyond what %s, sends nothing, and disturbs nobody", async (_, options, size) => {
      await using peer = await watched(answerAll, options);
      await using client = newClient(peer.url);
      const [other, failure] = await Promise.all([
        client.say(),
        client.outcome({ headers: { "x-large": "x".repeat(size) } }),
      ]);
      expect(other).toBeDefined();
      expect(failure).toMatchObject({ reason: "too_large", delivery: "not_sent", retryable: false });
      await client.say({ headers: { "x-large": "x".repeat(size - 2000) } });
      expect(peer.connections.map(headersOn)).toEqual([2]);
    });

    /** A server that answers the first call as told. */
    async function nodeServer(fields: Record<string, string>) {
      const { status, header, body, trailer } = goodAnswer(wire);
      const server = createServer({ maxSendHeaderBlockLength: 2 ** 31 });
      let extra = fields;
      server.on("stream", (stream) => {
        stream.on("error", () => {});
        stream.respond({ ":status": status, ...header, ...extra }, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers(trailer ?? {}));
        stream.end(body);
        extra = {};
      });
      // Clients may break off.
      server.on("sessionError", () => {});
      await once(server.listen(0, "127.0.0.1"), "listening");
      const address = server.address();
      const port = typeof address === "object" ? address?.port : undefined;
      return { url: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => void server.close() };
    }

    const large = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-field-${at}`, "x".repeat(1000)]));

    test.each([
      ["many", many(1000)],
      ["large", large(120)],
    ])("of an answer are taken where they are %s", async (_, fields) => {
      using server = await nodeServer(fields);
      await using client = newClient(server.url);
      await expect(client.say()).resolves.toBeDefined();
    });

    test("of an answer, beyond what Node takes, say so", async () => {
      using server = await nodeServer(large(400));
      await using client = newClient(server.url);
      expect(await client.outcome()).toMatchObject({ reason: "too_large", delivery: "maybe_sent" });
      await expect(client.say()).resolves.toBeDefined();
    });
  });

  describe("is closed under a clock that stands still", () => {
    test.each(["idle", "connecting", "in use"])("while it is %s", async (state) => {
      await using peer = await watched(
        async (connection) => {
          if (state !== "idle") return;
          await answerAll(connection);
        },
        { silent: state === "connecting" },
      );
      const client = newClient(peer.url);
      const call = client.say().catch(() => {});
      if (state === "idle") await call;
      if (state === "in use") await vi.waitUntil(() => headersOn(peer.connections[0]) === 1);
      vi.useFakeTimers();
      try {
        await client.close();
      } finally {
        vi.useRealTimers();
      }
      await call;
      await peer.idle();
    });
  });
});
