import type { ClientHttp2Stream } from "node:http2";
import { Code } from "@connectrpc/connect";
import { afterEach, describe, expect, test, vi } from "vitest";
import { exchange } from "../../src/node/grpc-exchange.js";
import { Http2Connection } from "../../src/node/http2-connection.js";
import { createResendClient } from "../../src/node/index.js";
import { caught } from "../auth/caught.js";
import { FRAME, H2_CODE } from "../peers/h2-frames.js";
import { h2Peer } from "../peers/h2-peer.js";
import { until } from "../suite/until.js";
import { runChild } from "./child.js";
import { answers, sendAnswer, textClient, textMessage, withRequest } from "./text-client.js";

describe("a connection", () => {
  test("is opened with the first call, and shared", async () => {
    await using peer = await h2Peer(answers());
    await using client = textClient(peer.url);
    expect(peer.accepted).toBe(0);
    await Promise.all(Array.from({ length: 50 }, () => client.say({})));
    await client.say({});
    expect(peer.accepted).toBe(1);
  });

  test("that the server has closed gives way to another", async () => {
    await using peer = await h2Peer(
      withRequest(async (connection, id) => {
        await sendAnswer(connection, id);
        connection.end();
      }),
    );
    await using client = textClient(peer.url);
    for (let call = 1; call <= 3; call++) {
      expect((await client.say({})).value).toBe("hi");
      await peer.idle();
      expect(peer.accepted).toBe(call);
    }
  });

  // connect-es#1768. Uncaught, the late error would fail this file.
  test("that gets GOAWAY while idle gives way to another, and its late error ends nothing", async () => {
    await using peer = await h2Peer(
      withRequest(async (connection, id) => {
        connection.socket.cork();
        await sendAnswer(connection, id);
        connection.goaway(id, H2_CODE.NO_ERROR);
        connection.socket.uncork();
      }),
    );
    await using client = textClient(peer.url);
    for (let call = 0; call < 5; call++) {
      expect((await client.say({})).value).toBe("hi");
      // By then GOAWAY has been read, and the socket is not closed yet.
      await new Promise(setImmediate);
    }
    expect(peer.accepted).toBe(5);
  });

  test("that is closed while idle says that nothing is wrong", async () => {
    const codes: unknown[] = [];
    await using peer = await h2Peer(async (connection) => {
      await withRequest(sendAnswer)(connection);
      const goaway = await connection.waitFor(({ type }) => type === FRAME.GOAWAY);
      codes.push(goaway?.payload.readUInt32BE(4));
    });
    const client = textClient(peer.url);
    await client.say({});
    await client.transport.close();
    await peer.idle();
    expect(codes).toEqual([H2_CODE.NO_ERROR]);
  });

  test("whose stream ids are used up gives way to another, and no call notices", async () => {
    await using peer = await h2Peer(answers());
    const connection = new Http2Connection(new URL(peer.url), {});
    const request = { path: "/test.TextService/Say", headers: {}, body: Buffer.from(textMessage("x")) };
    const call = () =>
      exchange({ connection, readMaxBytes: 100 }, { ...request, signal: undefined, timeoutMs: undefined });
    const session = await new Promise((resolve, reject) => {
      const onStream = (stream: ClientHttp2Stream) => {
        resolve(stream.session);
        stream.close();
      };
      connection.open({ ...request, onStream, onNoStream: reject });
    });
    // Node has it, but does not document it.
    Reflect.apply(Reflect.get(Object(session), "setNextStreamID"), session, [2 ** 31 - 1]);
    const answered = await Promise.all([call(), call(), call()]);
    expect(answered.map(({ headers }) => headers[":status"])).toEqual([200, 200, 200]);
    expect(peer.accepted).toBe(2);
    await connection.close();
  });

  test("keeps the process alive until it is closed, where somebody waits for that", async () => {
    await using peer = await h2Peer(answers());
    const program = `
      import { textClient } from "./test/grpc/text-client.ts";
      const client = textClient(process.argv[2]);
      await client.say({});
      await new Promise(setImmediate);
      await client.transport.close();
      console.log("closed");`;
    const { stdout } = await runChild(program, [peer.url]).ended;
    expect(stdout).toBe("closed\n");
  });

  test("does not keep the process alive when it is idle", async () => {
    await using peer = await h2Peer(answers());
    const program = `
      import { textClient } from "./test/grpc/text-client.ts";
      const { value } = await textClient(process.argv[2]).say({});
      console.log(value);`;
    // It would hang here until the test's time is over.
    const { stdout } = await runChild(program, [peer.url]).ended;
    expect(stdout).toBe("hi\n");
  });
});

describe("a connection on which a call waited in vain", () => {
  const http2 = { pingTimeoutMs: 30 };

  test("gives way to another where it is dead", async () => {
    await using peer = await h2Peer(
      async (connection) => {
        if (connection.index > 0) await answers()(connection);
      },
      { ignoresPings: true },
    );
    await using client = textClient(peer.url, { http2 });
    const others = caught(() => client.say({}));
    expect((await caught(() => client.say({}, { timeoutMs: 500 }))).code).toBe(Code.DeadlineExceeded);
    expect(await others).toMatchObject({
      code: Code.Unavailable,
      rawMessage: expect.stringContaining("no PING"),
    });
    expect((await client.say({})).value).toBe("hi");
    expect(peer.accepted).toBe(2);
  });

  test("is found out by a whole client, too", async () => {
    let isProbed = false;
    await using peer = await h2Peer(async (connection) => {
      await connection.waitFor((it) => it.type === FRAME.PING);
      isProbed = true;
    });
    await using client = createResendClient({ baseUrl: peer.url, http2, timeoutMs: 300 });
    const error = await caught(() => client.resendHumanInitialization({ userId: "1" }));
    expect(error.code).toBe(Code.DeadlineExceeded);
    await until("a PING", () => isProbed);
  });

  test("is kept where it is alive, and not asked again for a while", async () => {
    // A busy machine may take its time to answer.
    const http2 = { pingTimeoutMs: 10_000 };
    let pings = 0;
    await using peer = await h2Peer(async (connection) => {
      await connection.waitFor((it) => it.type === FRAME.PING);
      for (;;) {
        const request = await connection.nextRequest();
        pings = connection.received.filter((it) => it.type === FRAME.PING).length;
        if (request?.streamId === 5) return sendAnswer(connection, 5);
        if (request === undefined) return;
      }
    });
    await using client = textClient(peer.url, { http2 });
    for (let call = 0; call < 2; call++) await caught(() => client.say({}, { timeoutMs: 500 }));
    expect((await client.say({})).value).toBe("hi");
    expect([pings, peer.accepted]).toEqual([1, 1]);
  });
});

describe("a connection that was idle for longer than pingIntervalMs", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** What `calls` at once bring after a minute of nothing. */
  async function afterAMinute(url: string, calls: number, pingTimeoutMs = 20) {
    // Only the clock is moved; timers are real.
    vi.useFakeTimers({ toFake: ["Date"] });
    await using client = textClient(url, { http2: { pingIntervalMs: 10_000, pingTimeoutMs } });
    await client.say({});
    // By then the stream of the call is closed.
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    vi.setSystemTime(Date.now() + 60_000);
    const answers = await Promise.all(Array.from({ length: calls }, () => client.say({})));
    return answers.map(({ value }) => value);
  }

  test("is verified, and used where it is alive", async () => {
    await using peer = await h2Peer(answers());
    expect(await afterAMinute(peer.url, 1, 10_000)).toEqual(["hi"]);
    expect(peer.accepted).toBe(1);
  });

  test("gives way to another where its PING does not come back", async () => {
    await using peer = await h2Peer(answers(), { ignoresPings: true });
    expect(await afterAMinute(peer.url, 20)).toEqual(Array(20).fill("hi"));
    expect(peer.accepted).toBe(2);
  });

  // Connect's session manager would wait for ever.
  test("gives way to another where it is closed at the PING", async () => {
    await using peer = await h2Peer(
      async (connection) => {
        if (connection.index > 0) return answers()(connection);
        await withRequest(sendAnswer)(connection);
        await connection.waitFor((it) => it.type === FRAME.PING);
        connection.end();
      },
      { ignoresPings: true },
    );
    expect(await afterAMinute(peer.url, 20)).toEqual(Array(20).fill("hi"));
    expect(peer.accepted).toBe(2);
  });
});
