import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import { factsOf } from "../../src/errors/facts.js";
import { Http2Connection } from "../../src/http/node/http2-connection.js";
import { exchange } from "../../src/transport/grpc/exchange.js";
import { caught } from "../auth/caught.js";
import { FRAME, H2_CODE } from "../peers/h2-frames.js";
import { type H2Connection, h2Peer } from "../peers/h2-peer.js";
import { socketPeer } from "../peers/socket-peer.js";
import { TestStop } from "../retry/test-stop.js";
import { answers, GRPC_HEADERS, sendAnswer, textClient, textMessage, withRequest } from "./text-client.js";

/** A peer that answers the first call, does as told with the second, and keeps what resets its stream. */
async function silentPeer(act: (connection: H2Connection, streamId: number) => unknown = () => {}) {
  let seen: (connection: H2Connection) => void = () => {};
  const received = new Promise<H2Connection>((resolve) => {
    seen = resolve;
  });
  const peer = await h2Peer(async (connection) => {
    await withRequest(sendAnswer)(connection);
    await withRequest(act)(connection);
    seen(connection);
  });
  const reset = async () => {
    const found = await (await received).waitFor((it) => it.type === FRAME.RST_STREAM);
    return found?.payload.readUInt32BE(0);
  };
  const client = textClient(peer.url);
  await client.say({});
  const close = async () => {
    await client.transport.close();
    await peer.close();
  };
  return { peer, client, received, reset, [Symbol.asyncDispose]: close };
}

describe("the deadline", () => {
  test.each([
    ["before headers", () => {}],
    ["after headers", (connection: H2Connection, id: number) => connection.headers(id, GRPC_HEADERS)],
    [
      "in the middle of the message",
      async (connection: H2Connection, id: number) => {
        connection.headers(id, GRPC_HEADERS);
        await connection.data(id, textMessage("half of it").subarray(0, 8));
      },
    ],
    [
      "in the middle of a page that is no gRPC",
      async (connection: H2Connection, id: number) => {
        connection.headers(id, { ":status": 502 });
        await connection.data(id, Buffer.from("<html>"));
      },
    ],
  ])("ends the call %s, and tells the server", async (_when, act) => {
    await using server = await silentPeer(act);
    const error = await caught(() => server.client.say({}, { timeoutMs: 400 }));
    expect(error).toMatchObject({ code: Code.DeadlineExceeded, rawMessage: "no answer within 400 ms" });
    expect(explainError(error)).toMatchObject({ reason: "timeout", delivery: "maybe_sent" });
    expect(await server.reset()).toBe(H2_CODE.CANCEL);
  });

  test("passes while the connection is made: nothing was sent", async () => {
    // TLS never gets an answer here.
    await using peer = await socketPeer((socket) => void socket.resume());
    await using client = textClient(peer.url.replace("http:", "https:"));
    const error = await caught(() => client.say({}, { timeoutMs: 400 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
    expect(explainError(error)).toMatchObject({ reason: "timeout", delivery: "not_sent" });
  });

  test.each([
    ["is a timeout, where the time is over", 1, Code.DeadlineExceeded, "timeout"],
    ["is none before", 1000, Code.Unavailable, "unreachable"],
  ])("kept by the server, which ends the call with CANCEL, %s", async (_, leftMs, code, reason) => {
    await using peer = await h2Peer(withRequest((connection, id) => connection.reset(id, H2_CODE.CANCEL)));
    const url = new URL(peer.url);
    const connection = new Http2Connection(url, {});
    const request = { path: "/test.TextService/Say", headers: {}, body: Buffer.from(textMessage("x")) };
    const signal = new TestStop(() => leftMs);
    const error = await caught(() =>
      exchange({ connection, readMaxBytes: 100 }, { ...request, signal, timeoutMs: 1000 }),
    );
    expect(error.code).toBe(code);
    expect(explainError(error)).toMatchObject({ reason, delivery: "maybe_sent" });
    await connection.close();
  });

  test("of a call that it does not concern any more does nothing", async () => {
    await using server = await silentPeer(sendAnswer);
    const before = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    await server.client.say({}, { timeoutMs: 3_600_000 });
    expect(process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length).toBeLessThanOrEqual(
      before,
    );
  });

  test("later than a timer can hold is none", async () => {
    await using server = await silentPeer(sendAnswer);
    expect((await server.client.say({}, { timeoutMs: 1e12 })).value).toBe("hi");
  });
});

describe("the caller's signal", () => {
  test.each([
    ["an error", new Error("no longer needed"), "no longer needed"],
    ["a text", "enough", "enough"],
    ["nothing", undefined, "This operation was aborted"],
  ])("with %s as the reason ends the call, and tells the server", async (_what, reason, message) => {
    await using server = await silentPeer();
    const controller = new AbortController();
    const call = caught(() => server.client.say({}, { signal: controller.signal }));
    await server.received;
    controller.abort(reason);
    expect(await call).toMatchObject({
      code: Code.Canceled,
      rawMessage: message,
      cause: controller.signal.reason,
    });
    expect(explainError(await call)).toMatchObject({ reason: "canceled", delivery: "maybe_sent" });
    expect(await server.reset()).toBe(H2_CODE.CANCEL);
  });

  test("with a ConnectError as the reason gives just that, as it was", async () => {
    await using server = await silentPeer();
    const reason = new ConnectError("mine", Code.Aborted);
    const controller = new AbortController();
    const call = caught(() => server.client.say({}, { signal: controller.signal }));
    controller.abort(reason);
    expect(await call).toBe(reason);
    expect(factsOf(reason)).toEqual({});
  });

  test("that was aborted before keeps the call from being made", async () => {
    await using peer = await h2Peer(answers());
    await using client = textClient(peer.url);
    const error = await caught(() => client.say({}, { signal: AbortSignal.abort() }));
    expect(error.code).toBe(Code.Canceled);
    expect(explainError(error).delivery).toBe("not_sent");
    expect(peer.accepted).toBe(0);
  });

  test("comes while the connection is made: nothing was sent", async () => {
    await using peer = await socketPeer((socket) => void socket.resume());
    await using client = textClient(peer.url.replace("http:", "https:"));
    const controller = new AbortController();
    const call = caught(() => client.say({}, { signal: controller.signal }));
    await expect.poll(() => peer.accepted).toBe(1);
    controller.abort();
    expect(explainError(await call)).toMatchObject({ reason: "canceled", delivery: "not_sent" });
  });
});

describe("close", () => {
  test("ends what is under way and refuses what comes after", async () => {
    await using server = await silentPeer();
    const { client } = server;
    const call = caught(() => client.say({}));
    await server.received;
    await client.transport.close();
    expect(await call).toMatchObject({
      code: Code.Canceled,
      rawMessage: "the connections were closed during the call",
    });
    expect(explainError(await call)).toMatchObject({ reason: "canceled", delivery: "maybe_sent" });
    const later = await caught(() => client.say({}));
    expect(later).toMatchObject({
      code: Code.Canceled,
      rawMessage: "the connections were closed before the call",
    });
    expect(explainError(later)).toMatchObject({ reason: "canceled", delivery: "not_sent" });
    await server.peer.idle();
    expect(server.peer.accepted).toBe(1);
  });

  test("while the connection is made ends the call, of which nothing was sent", async () => {
    await using peer = await socketPeer((socket) => void socket.resume());
    const client = textClient(peer.url.replace("http:", "https:"));
    const call = caught(() => client.say({}));
    await expect.poll(() => peer.accepted).toBe(1);
    await client.transport.close();
    expect((await call).code).toBe(Code.Canceled);
    expect(explainError(await call).delivery).toBe("not_sent");
    await peer.idle();
  });

  test("at once after the first call, and twice, does no harm", async () => {
    let requests = 0;
    await using peer = await h2Peer(withRequest(() => requests++));
    const client = textClient(peer.url);
    const call = caught(() => client.say({}));
    await client.transport.close();
    await client.transport.close();
    expect(explainError(await call)).toMatchObject({ code: Code.Canceled, delivery: "not_sent" });
    await peer.idle();
    expect(requests).toBe(0);
  });
});

test("an answer that comes before the request was read ends the sending of it", async () => {
  const resets: (number | undefined)[] = [];
  await using peer = await h2Peer(async (connection) => {
    const head = await connection.waitFor((it) => it.type === FRAME.HEADERS);
    if (head === undefined) return;
    await sendAnswer(connection, head.streamId);
    const reset = await connection.waitFor((it) => it.type === FRAME.RST_STREAM);
    resets.push(reset?.payload.readUInt32BE(0));
  });
  await using client = textClient(peer.url, { writeMaxBytes: 8_000_000 });
  // More than the window that the peer opens.
  expect((await client.say({ value: "x".repeat(1_000_000) })).value).toBe("hi");
  await expect.poll(() => resets).toEqual([H2_CODE.CANCEL]);
});
