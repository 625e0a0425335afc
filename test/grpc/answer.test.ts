import { gzipSync } from "node:zlib";
import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import { caught } from "../auth/caught.js";
import { FRAME, grpcMessage, H2_CODE } from "../peers/h2-frames.js";
import { h2Peer } from "../peers/h2-peer.js";
import { answers, GRPC_HEADERS, textBytes, textClient, textMessage, withRequest } from "./text-client.js";

describe("an answer", () => {
  test("has its headers and trailers as Headers, without pseudo-headers, and may be copied", async () => {
    await using peer = await h2Peer(
      answers({
        headers: [
          [":status", "200"],
          ["content-type", "application/grpc"],
          ["x-twice", "1"],
          ["x-twice", "2"],
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
        ],
        trailers: { "grpc-status": "0", "x-data-bin": "AAE", "x-end": "yes" },
      }),
    );
    await using client = textClient(peer.url);
    const seen: Headers[] = [];
    await client.say({}, { onHeader: (it) => seen.push(it), onTrailer: (it) => seen.push(it) });
    expect(seen.map((headers) => [...headers])).toEqual([
      [
        ["content-type", "application/grpc"],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["x-twice", "1, 2"],
      ],
      [
        ["grpc-status", "0"],
        ["x-data-bin", "AAE"],
        ["x-end", "yes"],
      ],
    ]);
  });

  test("in gzip is unpacked", async () => {
    await using peer = await h2Peer(
      answers({
        headers: { ...GRPC_HEADERS, "grpc-encoding": "gzip" },
        body: grpcMessage(gzipSync(textBytes("packed")), { flags: 1 }),
      }),
    );
    await using client = textClient(peer.url);
    expect((await client.say({})).value).toBe("packed");
  });

  test.each([
    ["that is no gzip", "gzip", Buffer.from("no gzip"), Code.Internal],
    ["whose gzip is cut off", "gzip", gzipSync(textBytes("x".repeat(99))).subarray(0, 15), Code.Internal],
    [
      "that is too large when unpacked",
      "gzip",
      gzipSync(textBytes("x".repeat(5000))),
      Code.ResourceExhausted,
    ],
    ["in a compression that nobody asked for", "br", gzipSync(textBytes("x")), Code.Internal],
    ["whose compression is not named", undefined, gzipSync(textBytes("x")), Code.Internal],
  ])("compressed %s", async (_what, encoding, packed, code) => {
    await using peer = await h2Peer(
      answers({
        headers: { ...GRPC_HEADERS, ...(encoding !== undefined && { "grpc-encoding": encoding }) },
        body: grpcMessage(packed, { flags: 1 }),
      }),
    );
    await using client = textClient(peer.url, { readMaxBytes: 1000 });
    const error = await caught(() => client.say({}));
    expect([error.code, explainError(error).delivery]).toEqual([code, "maybe_sent"]);
  });

  test("in gzip is refused where no compression is accepted", async () => {
    await using peer = await h2Peer(
      answers({
        headers: { ...GRPC_HEADERS, "grpc-encoding": "gzip" },
        body: grpcMessage(gzipSync(textBytes("packed")), { flags: 1 }),
      }),
    );
    await using client = textClient(peer.url, { acceptCompression: [] });
    expect((await caught(() => client.say({}))).code).toBe(Code.Internal);
  });

  test("may be as large as readMaxBytes, and the stream of a larger one is reset", async () => {
    const resets: number[] = [];
    const size = textBytes("x".repeat(300_000)).length;
    await using peer = await h2Peer(async (connection) => {
      for (;;) {
        const request = await connection.nextRequest();
        if (request === undefined) return;
        connection.headers(request.streamId, GRPC_HEADERS);
        const sent = connection.data(request.streamId, textMessage("x".repeat(300_000)));
        const reset = connection.waitFor(
          (it) => it.type === FRAME.RST_STREAM && it.streamId === request.streamId,
        );
        await Promise.race([sent, reset.then((it) => it && resets.push(it.payload.readUInt32BE(0)))]);
        connection.trailers(request.streamId, { "grpc-status": "0" });
      }
    });
    await using fits = textClient(peer.url, { readMaxBytes: size });
    expect((await fits.say({})).value).toHaveLength(300_000);
    await using small = textClient(peer.url, { readMaxBytes: size - 1 });
    expect((await caught(() => small.say({}))).code).toBe(Code.ResourceExhausted);
    await expect.poll(() => resets).toEqual([H2_CODE.CANCEL]);
  });

  test.each([
    ["no message", Buffer.alloc(0), Code.Unimplemented],
    ["two messages", Buffer.concat([textMessage("a"), textMessage("b")]), Code.Unimplemented],
    [
      "a message and a half",
      Buffer.concat([textMessage("a"), textMessage("b").subarray(0, 3)]),
      Code.Unimplemented,
    ],
    ["a message that is none", grpcMessage(Buffer.from([0xff])), Code.Internal],
  ])("of status 0 with %s", async (_what, body, code) => {
    await using peer = await h2Peer(answers({ body }));
    await using client = textClient(peer.url);
    const error = await caught(() => client.say({}));
    expect([error.code, explainError(error).delivery]).toEqual([code, "maybe_sent"]);
  });

  test("of another status has the text and all metadata; a message in front of it is nothing", async () => {
    await using peer = await h2Peer(
      answers({
        headers: { ...GRPC_HEADERS, "x-start": "1" },
        trailers: { "grpc-status": "9", "grpc-message": "caf%C3%A9", "x-end": "2" },
      }),
    );
    await using client = textClient(peer.url);
    const error = await caught(() => client.say({}));
    expect(error).toMatchObject({ code: Code.FailedPrecondition, rawMessage: "café" });
    expect([error.metadata.get("x-start"), error.metadata.get("x-end")]).toEqual(["1", "2"]);
  });

  test.each([
    ["trailers only", { trailers: undefined, body: undefined }, Code.ResourceExhausted],
    [
      "and others in trailers, which count",
      { trailers: { "grpc-status": "9" }, body: undefined },
      Code.FailedPrecondition,
    ],
    ["and no trailers behind a message", { trailers: undefined, body: textMessage("hi") }, Code.Internal],
    ["and an empty body", { trailers: undefined, body: Buffer.alloc(0) }, Code.ResourceExhausted],
  ])("with its status in the headers: %s", async (_what, { trailers, body }, code) => {
    await using peer = await h2Peer(
      withRequest(async (connection, id) => {
        const fields = { ...GRPC_HEADERS, "grpc-status": "8" };
        connection.headers(id, fields, { endStream: body === undefined && trailers === undefined });
        if (body !== undefined) await connection.data(id, body, { endStream: true });
        if (trailers !== undefined) connection.trailers(id, trailers);
      }),
    );
    await using client = textClient(peer.url);
    expect((await caught(() => client.say({}))).code).toBe(code);
  });

  test.each([
    [
      301,
      { location: "https://login.example/path?token=x" },
      Code.Unknown,
      "redirects to https://login.example, which",
    ],
    [
      200,
      { "content-type": "text/html; charset=utf-8" },
      Code.Unknown,
      'HTTP 200 with text/html instead of gRPC: "Sign in"',
    ],
    [400, {}, Code.Internal, "HTTP 400 with no content type instead of gRPC"],
    [401, {}, Code.Unauthenticated, "HTTP 401"],
    [403, {}, Code.PermissionDenied, "HTTP 403"],
    [404, {}, Code.Unimplemented, "HTTP 404"],
    [429, {}, Code.Unavailable, "HTTP 429"],
    [502, { "content-type": "application/grpc" }, Code.Unavailable, "HTTP 502 with application/grpc instead"],
    [503, {}, Code.Unavailable, "HTTP 503"],
    [504, {}, Code.Unavailable, "HTTP 504"],
    [418, {}, Code.Unknown, "HTTP 418"],
    [800, {}, Code.Unknown, "HTTP 800"],
    [200, { "content-type": "application/grpc+json" }, Code.Unknown, "with application/grpc+json instead"],
    [
      200,
      { "content-type": "application/grpc-web+proto" },
      Code.Unknown,
      "with application/grpc-web+proto instead",
    ],
  ])("of somebody else: HTTP %i %o", async (status, headers, code, text) => {
    await using peer = await h2Peer(
      withRequest(async (connection, id) => {
        connection.headers(id, { ":status": status, ...headers });
        await connection.data(id, Buffer.from("<html><h1>Sign in</h1></html>"), { endStream: true });
      }),
    );
    await using client = textClient(peer.url);
    const error = await caught(() => client.say({}));
    expect(error.code).toBe(code);
    expect(error.rawMessage).toContain(text);
    expect(error.rawMessage).not.toContain("token=");
    expect(explainError(error).httpStatus).toBe(status);
  });

  test("of somebody else is not read to its end", async () => {
    let sent = 0;
    await using peer = await h2Peer(
      withRequest(async (connection, id) => {
        connection.headers(id, { ":status": 502 });
        const reset = connection.waitFor((it) => it.type === FRAME.RST_STREAM).then(() => "reset" as const);
        while ((await Promise.race([reset, connection.data(id, Buffer.alloc(4096, "a"))])) !== "reset")
          sent++;
      }),
    );
    await using client = textClient(peer.url);
    expect((await caught(() => client.say({}))).code).toBe(Code.Unavailable);
    await client.transport.close();
    await peer.idle();
    expect(sent).toBeLessThan(64);
  });

  test.each([
    "application/grpc",
    "application/grpc+proto",
    "Application/gRPC",
    "application/grpc; charset=utf-8",
  ])("of type %j is gRPC's", async (type) => {
    await using peer = await h2Peer(answers({ headers: { ":status": 200, "content-type": type } }));
    await using client = textClient(peer.url);
    expect((await client.say({})).value).toBe("hi");
  });

  test("comes after others that are only informational", async () => {
    await using peer = await h2Peer(
      withRequest(async (connection, id) => {
        connection.headers(id, { ":status": 103, link: "</x>" });
        connection.headers(id, GRPC_HEADERS);
        await connection.data(id, textMessage("hi"));
        connection.trailers(id, { "grpc-status": "0" });
      }),
    );
    await using client = textClient(peer.url);
    expect((await client.say({})).value).toBe("hi");
  });
});
