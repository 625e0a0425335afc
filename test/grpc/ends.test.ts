import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import type { Delivery, Reason } from "../../src/errors/reason.js";
import { createResendClient } from "../../src/node/index.js";
import { caught } from "../auth/caught.js";
import { FLAG, FRAME, frame, grpcMessage, H2_CODE } from "../peers/h2-frames.js";
import { type H2Connection, type H2Script, h2Peer } from "../peers/h2-peer.js";
import { socketPeer } from "../peers/socket-peer.js";
import { GRPC_HEADERS, sendAnswer, textClient, textMessage, withRequest } from "./text-client.js";

type End = readonly [code: Code, reason: Reason, delivery: Delivery];

const brokeOff: End = [Code.Unavailable, "unreachable", "maybe_sent"];
const internal: End = [Code.Internal, "unreachable", "maybe_sent"];
const notSupported: End = [Code.Internal, "not_supported", "maybe_sent"];
const notTaken: End = [Code.Unavailable, "unreachable", "not_sent"];
const notHttp2: End = [Code.Internal, "not_supported", "not_sent"];

/** What one call without any deadline comes to. */
async function endOf(url: string): Promise<{ end: End; message: string; cause: unknown }> {
  await using client = textClient(url);
  const error = await caught(() => client.say({}));
  const { reason, delivery } = explainError(error);
  return { end: [error.code, reason, delivery], message: error.rawMessage, cause: error.cause };
}

async function endOfCallTo(script: H2Script) {
  await using peer = await h2Peer(script);
  return await endOf(peer.url);
}

describe("the server resets the call", () => {
  const RESETS: readonly (readonly [keyof typeof H2_CODE, End])[] = [
    ["NO_ERROR", brokeOff],
    ["PROTOCOL_ERROR", internal],
    ["INTERNAL_ERROR", internal],
    ["FLOW_CONTROL_ERROR", internal],
    ["SETTINGS_TIMEOUT", internal],
    ["STREAM_CLOSED", internal],
    ["FRAME_SIZE_ERROR", internal],
    ["REFUSED_STREAM", notTaken],
    ["CANCEL", brokeOff],
    ["COMPRESSION_ERROR", internal],
    ["CONNECT_ERROR", internal],
    ["ENHANCE_YOUR_CALM", [Code.ResourceExhausted, "rate_limited", "maybe_sent"]],
    ["INADEQUATE_SECURITY", [Code.PermissionDenied, "not_supported", "maybe_sent"]],
    ["HTTP_1_1_REQUIRED", notSupported],
  ];

  test.each(RESETS)(
    "with %s, before headers, after them, and in the middle of the message",
    async (name, end) => {
      const stages: H2Script[] = [
        withRequest((connection, id) => connection.reset(id, H2_CODE[name])),
        withRequest((connection, id) => {
          connection.headers(id, GRPC_HEADERS);
          connection.reset(id, H2_CODE[name]);
        }),
        withRequest(async (connection, id) => {
          connection.headers(id, GRPC_HEADERS);
          await connection.data(id, textMessage("half of it").subarray(0, 8));
          connection.reset(id, H2_CODE[name]);
        }),
      ];
      for (const [stage, script] of stages.entries()) {
        const got = await endOfCallTo(script);
        // A server that has begun to answer has processed the call, whatever it says later (gRFC A6).
        expect(got.end).toEqual(stage > 0 && end === notTaken ? brokeOff : end);
        // Behind headers, NO_ERROR is not to be told from an end.
        if (stage > 0 && name === "NO_ERROR") continue;
        expect(got.message).toMatch(
          new RegExp(`^127\\.0\\.0\\.1:\\d+ ended the call before the answer was complete: ${name}$`),
        );
      }
    },
  );

  test("with a code that there is not", async () => {
    const { end, message } = await endOfCallTo(withRequest((connection, id) => connection.reset(id, 0x7777)));
    expect(end).toEqual(internal);
    expect(message).toMatch(/: 0x7777$/);
  });

  test("after the answer is complete, which changes nothing", async () => {
    await using peer = await h2Peer(
      withRequest(async (connection, id) => {
        await sendAnswer(connection, id);
        connection.reset(id, H2_CODE.NO_ERROR);
      }),
    );
    await using client = textClient(peer.url);
    expect((await client.say({})).value).toBe("hi");
  });

  test("behind the message, so that its status is lost", async () => {
    const { end } = await endOfCallTo(
      withRequest(async (connection, id) => {
        connection.headers(id, GRPC_HEADERS);
        await connection.data(id, textMessage("hi"));
        connection.reset(id, H2_CODE.INTERNAL_ERROR);
      }),
    );
    expect(end).toEqual(internal);
  });
});

describe("the server sends GOAWAY", () => {
  test.each([
    ["NO_ERROR", notTaken],
    ["ENHANCE_YOUR_CALM", notTaken],
    ["INTERNAL_ERROR", notTaken],
  ] as const)("%s and leaves the call out: it was not processed", async (name, end) => {
    const got = await endOfCallTo(withRequest((connection, id) => connection.goaway(id - 1, H2_CODE[name])));
    expect(got.end).toEqual(end);
    expect(got.message).toMatch(/was closing the connection and did not take the call$/);
  });

  test.each([
    ["ENHANCE_YOUR_CALM", [Code.ResourceExhausted, "rate_limited", "maybe_sent"]],
    ["INTERNAL_ERROR", internal],
    ["PROTOCOL_ERROR", internal],
    ["REFUSED_STREAM", brokeOff],
  ] as const)("%s and counts the call in: it may have been processed", async (name, end) => {
    const got = await endOfCallTo(withRequest((connection, id) => connection.goaway(id, H2_CODE[name])));
    expect(got.end).toEqual(end);
    expect(got.message).toMatch(new RegExp(`ended the connection: ${name}$`));
  });

  test("and answers the calls that it counts in; the others are left out, and the next one connects anew", async () => {
    await using peer = await h2Peer(async (connection) => {
      const first = await connection.nextRequest();
      if (first === undefined) return;
      if (connection.index > 0) return sendAnswer(connection, first.streamId);
      await connection.nextRequest();
      connection.goaway(first.streamId, H2_CODE.NO_ERROR);
      await sendAnswer(connection, first.streamId);
    });
    await using client = textClient(peer.url);
    const second = (await Promise.allSettled([client.say({}), client.say({})])).map(({ status }) => status);
    expect(second).toEqual(["fulfilled", "rejected"]);
    expect((await client.say({})).value).toBe("hi");
    expect(peer.accepted).toBe(2);
  });

  test("twice, first to warn, then with the last stream that it took", async () => {
    const { end } = await endOfCallTo(
      withRequest((connection, id) => {
        connection.goaway(0x7fffffff, H2_CODE.NO_ERROR);
        connection.goaway(id - 1, H2_CODE.NO_ERROR);
      }),
    );
    expect(end).toEqual(notTaken);
  });
});

describe("the server has begun to answer, and then says that it took no call", () => {
  const ENDS: Record<string, (connection: H2Connection, id: number) => void> = {
    "by REFUSED_STREAM": (connection, id) => connection.reset(id, H2_CODE.REFUSED_STREAM),
    "by GOAWAY that leaves the call out": (connection, id) => connection.goaway(id - 1, H2_CODE.NO_ERROR),
    "by GOAWAY with an error": (connection, id) => connection.goaway(id - 1, H2_CODE.INTERNAL_ERROR),
    "by GOAWAY with REFUSED_STREAM, which counts the call in": (connection, id) =>
      connection.goaway(id, H2_CODE.REFUSED_STREAM),
  };

  test.each(Object.entries(ENDS))("%s: it may have been processed, and is not repeated", async (_, end) => {
    for (const contentType of ["application/grpc", "application/grpc-web+proto"] as const) {
      let requests = 0;
      await using peer = await h2Peer(
        withRequest(async (connection, id) => {
          requests++;
          connection.headers(id, { ":status": 200, "content-type": contentType });
          await connection.data(id, grpcMessage(Buffer.of()));
          end(connection, id);
          connection.end();
        }),
      );
      await using client = createResendClient({ baseUrl: peer.url, contentType, httpVersion: "2" });
      const failure = explainError(await caught(() => client.resendHumanInitialization({ userId: "1" })));
      expect(failure).toMatchObject({ delivery: "maybe_sent", retryable: false });
      expect(failure.retryAfterMs).toBeUndefined();
      expect(requests).toBe(1);
    }
  });
});

describe("the connection", () => {
  test("is refused", async () => {
    const peer = await socketPeer(() => {});
    await peer.close();
    const { end, message } = await endOf(peer.url);
    expect(end).toEqual(notTaken);
    expect(message).toMatch(/^no connection to 127\.0\.0\.1:\d+: /);
  });

  test.each([
    ["closes", (socket: { end(): void }) => socket.end()],
    ["is reset", (socket: { destroy(): void }) => socket.destroy()],
  ])("%s during the call", async (_name, stop) => {
    const stages: H2Script[] = [
      withRequest(stop),
      withRequest((connection, id) => {
        connection.headers(id, GRPC_HEADERS);
        stop(connection);
      }),
      withRequest(async (connection, id) => {
        connection.headers(id, GRPC_HEADERS);
        await connection.data(id, textMessage("half of it").subarray(0, 3));
        stop(connection);
      }),
      // In the middle of an HTTP/2 frame.
      withRequest((connection, id) => {
        connection.headers(id, GRPC_HEADERS);
        connection.write(frame(FRAME.DATA, 0, id, textMessage("half of it")).subarray(0, 12));
        stop(connection);
      }),
    ];
    for (const script of stages) expect((await endOfCallTo(script)).end).toEqual(brokeOff);
  });

  test("leads to a server of HTTP/1.1", async () => {
    await using peer = await socketPeer((socket) => {
      socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"));
    });
    const { end, message } = await endOf(peer.url);
    expect(end).toEqual(notHttp2);
    expect(message).toBe(
      `127.0.0.1:${peer.port} does not speak HTTP/2, which gRPC needs; where a proxy in between does not, use contentType "application/grpc-web+proto" or "application/json"`,
    );
  });

  test("leads to a server that hangs up at the preface of HTTP/2", async () => {
    await using peer = await socketPeer((socket) => {
      socket.on("data", () => socket.end());
    });
    expect((await endOf(peer.url)).end).toEqual(notHttp2);
  });
});

describe("the answer", () => {
  test("ends without a status", async () => {
    const { end, message } = await endOfCallTo(
      withRequest(async (connection, id) => {
        connection.headers(id, GRPC_HEADERS);
        await connection.data(id, textMessage("hi"), { endStream: true });
      }),
    );
    expect(end).toEqual(notSupported);
    expect(message).toBe("the answer has no grpc-status: a proxy on the way may have dropped the trailers");
  });

  test("ends in the middle of the message, without trailers or with a status that says OK", async () => {
    const half = textMessage("half of it").subarray(0, 7);
    for (const script of [
      withRequest(async (connection, id) => {
        connection.headers(id, GRPC_HEADERS);
        await connection.data(id, half, { endStream: true });
      }),
      withRequest((connection, id) => sendAnswer(connection, id, { body: half })),
    ]) {
      const { end, message } = await endOfCallTo(script);
      expect(end).toEqual(brokeOff);
      expect(message).toBe("the answer ended before its message was complete");
    }
  });

  // Before Node 22, nghttp2 ends such a connection by itself, without telling Node; only the peer's own end would.
  test("breaks the rules of HTTP/2, which Node 20 leaves to the deadline to notice", async () => {
    await using peer = await h2Peer(
      withRequest((connection, id) => {
        connection.write(frame(FRAME.DATA, FLAG.END_STREAM, id, textMessage("no headers before it")));
      }),
    );
    await using client = textClient(peer.url);
    const error = await caught(() => client.say({}, { timeoutMs: 500 }));
    const isOld = Number(process.versions.node.split(".")[0]) < 22;
    expect(error.code).toBe(isOld ? Code.DeadlineExceeded : Code.Internal);
    expect(error.rawMessage).toMatch(isOld ? /^no answer within 500 ms$/ : /broke the rules of HTTP\/2/);
    expect(explainError(error).delivery).toBe("maybe_sent");
  });
});
