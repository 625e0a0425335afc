import { gzipSync } from "node:zlib";
import { Code, type Interceptor } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import { gzip } from "../../src/http/node/gzip.js";
import { caught } from "../auth/caught.js";
import { type CannedAnswer, canned, frame, message, messageBytes, trailers } from "./peer.js";

const grpcWeb = { "content-type": "application/grpc-web+proto" };
const ok = trailers("grpc-status: 0\r\nx-tail: 1\r\n");

/** What a stream gives, and how it ends. */
async function outcomeOf(answer: CannedAnswer, options: Parameters<typeof canned>[1] = {}) {
  const read: string[] = [];
  try {
    for await (const { value } of canned(answer, options).client.list({})) read.push(value);
    return [read, "end"];
  } catch (error) {
    const { code, rawMessage } = await caught(() => Promise.reject(error));
    return [read, Code[code], rawMessage];
  }
}

describe("a stream", () => {
  test.each<[string, CannedAnswer, unknown[]]>([
    ["of messages", { body: [message("a"), message(""), ok] }, [["a", ""], "end"]],
    ["of none", { body: [ok] }, [[], "end"]],
    ["with its status in the headers", { header: { ...grpcWeb, "grpc-status": "0" } }, [[], "end"]],
    ["and an empty trailer frame behind it", { body: [message("a"), ok, trailers("")] }, [["a"], "end"]],
    [
      "that fails in the middle",
      { body: [message("a"), trailers("grpc-status: 13\r\ngrpc-message: broke\r\n")] },
      [["a"], "Internal", "broke"],
    ],
    [
      "that is refused in the headers",
      { header: { ...grpcWeb, "grpc-status": "7", "grpc-message": "no" }, body: [trailers("")] },
      [[], "PermissionDenied", "no"],
    ],
    [
      "without a status",
      { body: [message("a")] },
      [["a"], "Internal", expect.stringMatching(/no grpc-status.*must expose grpc-status/)],
    ],
    [
      "that is cut",
      { body: [message("a"), message("b").subarray(0, 6)] },
      [["a"], "Unavailable", "the answer ended in the middle of a frame"],
    ],
    [
      "that goes on behind its end",
      { body: [message("a"), ok, message("b")] },
      [["a"], "Unimplemented", "the answer goes on behind its trailers"],
    ],
    [
      "with a message over the limit",
      { body: [message("a"), message("b".repeat(101))] },
      [["a"], "ResourceExhausted", "the answer is larger than 100 bytes; readMaxBytes sets the limit"],
    ],
    [
      "of a page",
      { status: 502, header: { "content-type": "text/html" }, body: [Buffer.from("<h1>Bad gateway")] },
      [[], "Unavailable", 'the server answered HTTP 502 with text/html instead of gRPC-web: "Bad gateway"'],
    ],
    [
      "that leads elsewhere",
      { status: 307, header: { location: "/x" } },
      [[], "Unknown", expect.stringMatching(/^the server redirects to https:\/\/zitadel\.example,/)],
    ],
  ])("%s", async (_, answer, outcome) => {
    expect(await outcomeOf(answer, { readMaxBytes: 100 })).toEqual(outcome);
  });

  test("of compressed messages, sent compressed", async () => {
    const peer = canned(
      {
        header: { ...grpcWeb, "grpc-encoding": "gzip" },
        body: [
          frame(1, gzipSync(messageBytes("a"))),
          message("b"),
          frame(0x81, gzipSync("grpc-status: 0\r\n")),
        ],
      },
      { acceptCompression: gzip, sendCompression: gzip, compressMinBytes: 0 },
    );
    const read: string[] = [];
    for await (const { value } of peer.client.list({ value: "x" })) read.push(value);
    expect(read).toEqual(["a", "b"]);
    const [request] = peer.requests;
    expect(request?.headers.get("grpc-encoding")).toBe("gzip");
    expect(new Uint8Array((await request?.arrayBuffer()) ?? new ArrayBuffer())[0]).toBe(1);
  });

  test("hands headers and trailers to the caller", async () => {
    const { client } = canned({ header: { ...grpcWeb, "x-head": "1" }, body: [message("a"), ok] });
    const seen: (string | null)[] = [];
    const call = client.list(
      {},
      {
        onHeader: (header) => void seen.push(header.get("x-head")),
        onTrailer: (trailer) => void seen.push(trailer.get("x-tail")),
      },
    );
    for await (const _ of call);
    expect(seen).toEqual(["1", "1"]);
  });

  test("of requests goes out as one body, and interceptors see it", async () => {
    const seen: unknown[] = [];
    const interceptor: Interceptor = (next) => async (request) => {
      seen.push(request.stream, request.method.name);
      return next(request);
    };
    const peer = canned({ body: [message("ab"), ok] }, { interceptors: [interceptor] });
    async function* texts() {
      yield { value: "a" };
      yield { value: "b" };
    }
    expect((await peer.client.collect(texts())).value).toBe("ab");
    const [request] = peer.requests;
    expect(Buffer.from((await request?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(
      Buffer.concat([message("a"), message("b")]),
    );
    expect(seen).toEqual([true, "Collect"]);
  });

  test("with a request over the limit is not sent", async () => {
    const peer = canned({ body: [ok] }, { writeMaxBytes: 10 });
    const error = await caught(async () => {
      for await (const _ of peer.client.list({ value: "x".repeat(20) }));
    });
    expect(explainError(error)).toMatchObject({ reason: "too_large", delivery: "not_sent" });
    expect(peer.requests).toEqual([]);
  });

  test("ends at its deadline and when the caller gives up", async () => {
    const hangs = () => new Promise<never>(() => {});
    const late = await caught(async () => {
      for await (const _ of canned(hangs).client.list({}, { timeoutMs: 1 }));
    });
    expect(late.code).toBe(Code.DeadlineExceeded);
    async function* unfinished() {
      yield { value: "a" };
      await hangs();
    }
    const unsent = await caught(() => canned(hangs).client.collect(unfinished(), { timeoutMs: 1 }));
    expect(unsent.code).toBe(Code.DeadlineExceeded);
    const signal = AbortSignal.abort(new Error("changed my mind"));
    const gone = await caught(async () => {
      for await (const _ of canned(hangs).client.list({}, { signal }));
    });
    expect([gone.code, gone.rawMessage]).toEqual([Code.Canceled, "changed my mind"]);
  });
});
