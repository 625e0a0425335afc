import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { ResendHumanInitializationRequestSchema } from "../../gen/zitadel/management_pb.js";
import { createResendClient } from "../../src/node/index.js";
import { goodAnswer, type PeerAnswer, type PeerWire } from "../peers/answers.js";
import { sendHttp2, startPeer } from "../peers/awkward-peer.js";
import { H2_CODE } from "../peers/h2-frames.js";
import { socketPeer } from "../peers/socket-peer.js";
import { AcceptedCalls, seededRandom, storm } from "./storm.js";

const WIRES = {
  gRPC: "application/grpc",
  "gRPC-web": "application/grpc-web+proto",
  REST: "application/json",
} as const;

/** What a stormy peer does with a request, and how often in a hundred. */
const DEEDS = {
  "accept and answer": 40,
  "refuse the stream": 15,
  "answer HTTP 429": 15,
  "answer HTTP 503": 5,
  "accept and answer HTTP 503": 5,
  "accept and cut the stream": 10,
  "accept, answer and go away": 5,
  "accept and drop the connection": 5,
} as const;
type Deed = keyof typeof DEEDS;

function deedOf(random: number): Deed {
  let left = random * 100;
  for (const [deed, share] of Object.entries(DEEDS)) {
    left -= share;
    if (left < 0 && isDeed(deed)) return deed;
  }
  return "accept and answer";
}

function isDeed(name: string): name is Deed {
  return name in DEEDS;
}

function page(status: number, header = {}): PeerAnswer {
  return { status, header: { "content-type": "text/html", ...header }, body: "<h1>no</h1>" };
}

/** The answer of the edge: what it answers it has not passed on. */
const rateLimit = page(429, { "retry-after": "0" });

function userIdIn(wire: PeerWire, target: string, body: Buffer): string {
  if (wire === "REST") return /users\/(\w+)\//.exec(target)?.[1] ?? "";
  return fromBinary(ResendHumanInitializationRequestSchema, body.subarray(5)).userId;
}

/** A peer that does any of {@link DEEDS} with each request, and notes what it accepts. */
function stormyPeer(wire: PeerWire, accepted: AcceptedCalls, random: () => number) {
  return startPeer(
    {
      name: "storm",
      outcome: {},
      async http1(connection) {
        for (;;) {
          const request = await connection.nextRequest();
          if (request === undefined) return;
          const deed = deedOf(random());
          if (deed.startsWith("accept")) accepted.accept(userIdIn(wire, request.target, request.body));
          const { status, header, body } =
            deed === "answer HTTP 429" || deed === "refuse the stream"
              ? rateLimit
              : deed.endsWith("HTTP 503")
                ? page(503)
                : goodAnswer(wire);
          if (deed.endsWith("connection") || deed.endsWith("cut the stream")) return connection.destroy();
          connection.answer(status, header, body);
        }
      },
      async http2(connection) {
        for (;;) {
          const request = await connection.nextRequest();
          if (request === undefined) return;
          const { streamId, body } = request;
          const deed = deedOf(random());
          if (deed.startsWith("accept")) accepted.accept(userIdIn(wire, "", body));
          switch (deed) {
            case "accept and answer":
              await sendHttp2(connection, streamId, goodAnswer(wire));
              break;
            case "refuse the stream":
              connection.reset(streamId, H2_CODE.REFUSED_STREAM);
              break;
            case "answer HTTP 429":
              await sendHttp2(connection, streamId, rateLimit);
              break;
            case "answer HTTP 503":
            case "accept and answer HTTP 503":
              await sendHttp2(connection, streamId, page(503));
              break;
            case "accept and cut the stream":
              connection.reset(streamId, H2_CODE.CANCEL);
              break;
            case "accept, answer and go away":
              // What came after this stream is never looked at.
              connection.goaway(streamId, H2_CODE.NO_ERROR);
              await sendHttp2(connection, streamId, goodAnswer(wire));
              return connection.end();
            case "accept and drop the connection":
              return connection.destroy();
            default:
              deed satisfies never;
          }
        }
      },
    },
    wire,
  );
}

/** A server that takes every call. */
function calmServer(wire: keyof typeof WIRES, accepted: AcceptedCalls): http.Server | http2.Http2Server {
  const { status, header, body, trailer } = goodAnswer(wire);
  if (wire === "gRPC") {
    return http2.createServer().on("stream", async (stream) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
      await once(stream, "end");
      accepted.accept(userIdIn(wire, "", Buffer.concat(chunks)));
      stream.respond({ ":status": status, ...header }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ ...trailer }));
      stream.end(body);
    });
  }
  return http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
    await once(request, "end");
    accepted.accept(userIdIn(wire, request.url ?? "", Buffer.concat(chunks)));
    response.writeHead(status, header).end(body);
  });
}

describe.each(["gRPC", "gRPC-web", "REST"] as const)("%s", (wire) => {
  test("in a storm no user gets two mails, and delivery says the truth", async () => {
    const accepted = new AcceptedCalls();
    await using peer = await stormyPeer(wire, accepted, seededRandom(3));
    let retries = 0;
    await using client = createResendClient({
      baseUrl: peer?.url ?? "",
      contentType: WIRES[wire],
      retry: { initialDelayMs: 0, onRetry: () => void retries++ },
    });
    const result = await storm(client, accepted, { calls: 500, atOnce: 10, prefix: "u" });
    expect(result.untrue).toEqual([]);
    expect(retries).toBeGreaterThan(50);
    expect(result.succeeded).toBeGreaterThan(50);
    expect(result.maybeSent).toBeGreaterThan(50);
  });

  test("calls to a server that is down arrive once when it is up", async () => {
    const accepted = new AcceptedCalls();
    const { port, close } = await socketPeer(() => {});
    await close();
    const server = calmServer(wire, accepted);
    let refusals = 0;
    await using client = createResendClient({
      baseUrl: `http://127.0.0.1:${port}`,
      contentType: WIRES[wire],
      retry: {
        initialDelayMs: 20,
        onRetry(_attempt, { reason }) {
          expect(reason).toBe("unreachable");
          if (++refusals === 30) server.listen(port, "127.0.0.1");
        },
      },
    });
    const result = await storm(client, accepted, { calls: 100, atOnce: 30, prefix: "u" });
    expect(result).toEqual({ succeeded: 100, notSent: 0, maybeSent: 0, untrue: [] });
    await client.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
