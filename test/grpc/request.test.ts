import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { Code, type Interceptor } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import { caught } from "../auth/caught.js";
import { GRPC_HEADERS, textBytes, textClient, textMessage } from "./text-client.js";

/** A server of Node's own, which decodes what the client sent; it answers `hi`. */
async function recorder() {
  const requests: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const server = http2.createServer();
  server.on("stream", async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part);
    requests.push({ headers, body: Buffer.concat(parts) });
    stream.respond(GRPC_HEADERS, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(textMessage("hi"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}`, requests, [Symbol.asyncDispose]: close };
}

describe("a request", () => {
  test("is a POST to the method below the base URL, with what gRPC asks for", async () => {
    await using server = await recorder();
    await using client = textClient(`${server.url}/below/`);
    await client.say({ value: "hello" });
    const [{ headers, body } = {}] = server.requests;
    expect(headers).toMatchObject({
      ":method": "POST",
      ":path": "/below/test.TextService/Say",
      ":scheme": "http",
      "content-type": "application/grpc+proto",
      te: "trailers",
      "user-agent": "zitadel-resend",
      "grpc-accept-encoding": "gzip",
    });
    expect(headers).not.toHaveProperty("grpc-timeout");
    expect(headers).not.toHaveProperty("grpc-encoding");
    expect(body).toEqual(textMessage("hello"));
  });

  test("carries metadata, repeated and binary, in every form that Connect takes it", async () => {
    await using server = await recorder();
    await using client = textClient(server.url);
    const headers = new Headers({ "X-Twice": "1", "x-data-bin": "AAE", "user-agent": "mine" });
    headers.append("x-twice", "2");
    await client.say({}, { headers });
    await client.say({}, { headers: [...headers] });
    await client.say({}, { headers: Object.fromEntries(headers) });
    for (const request of server.requests) {
      expect(request.headers).toMatchObject({ "x-twice": "1, 2", "x-data-bin": "AAE", "user-agent": "mine" });
    }
    expect(server.requests).toHaveLength(3);
  });

  test("does not let metadata replace what gRPC needs", async () => {
    await using server = await recorder();
    await using client = textClient(server.url);
    await client.say(
      {},
      { headers: { te: "gzip", "content-type": "text/plain", "grpc-accept-encoding": "br" } },
    );
    expect(server.requests[0]?.headers).toMatchObject({
      te: "trailers",
      "content-type": "application/grpc+proto",
      "grpc-accept-encoding": "gzip",
    });
  });

  test.each([
    ["connection", "close"],
    ["transfer-encoding", "chunked"],
    [":path", "/elsewhere"],
    ["x y", "1"],
    ["x-line", "a\r\nb"],
    ["x-smile", "☺"],
  ])("with a header %j: %j is refused, and the connection lives on", async (name, value) => {
    await using server = await recorder();
    await using client = textClient(server.url);
    await client.say({});
    const error = await caught(() => client.say({}, { headers: { [name]: value } }));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(explainError(error)).toMatchObject({ reason: "invalid_request", delivery: "not_sent" });
    await client.say({});
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    [1000, undefined, "1000m"],
    [2000.5, undefined, "2001m"],
    [100_000_000, undefined, "100000S"],
    [undefined, 7000, "7000m"],
    [0, 7000, undefined],
    [1e12, undefined, "16666667M"],
  ])(
    "with timeoutMs %j and defaultTimeoutMs %j says grpc-timeout: %j",
    async (timeoutMs, defaultTimeoutMs, value) => {
      await using server = await recorder();
      await using client = textClient(server.url, defaultTimeoutMs === undefined ? {} : { defaultTimeoutMs });
      await client.say({}, timeoutMs === undefined ? {} : { timeoutMs });
      expect(server.requests[0]?.headers["grpc-timeout"]).toBe(value);
    },
  );

  test("is compressed when it is large enough", async () => {
    await using server = await recorder();
    await using client = textClient(server.url, { sendCompression: "gzip", compressMinBytes: 100 });
    await client.say({ value: "small" });
    await client.say({ value: "x".repeat(1000) });
    const [small, large] = server.requests;
    expect([small?.headers["grpc-encoding"], large?.headers["grpc-encoding"]]).toEqual(["gzip", "gzip"]);
    expect(small?.body).toEqual(textMessage("small"));
    expect(large?.body[0]).toBe(1);
    expect(new Uint8Array(gunzipSync(large?.body.subarray(5) ?? ""))).toEqual(textBytes("x".repeat(1000)));
  });

  test("larger than writeMaxBytes is not sent", async () => {
    await using server = await recorder();
    await using client = textClient(server.url, { writeMaxBytes: 10 });
    await client.say({ value: "12345678" });
    const error = await caught(() => client.say({ value: "123456789" }));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(explainError(error)).toMatchObject({ reason: "too_large", delivery: "not_sent" });
    expect(server.requests).toHaveLength(1);
  });

  test("larger than the flow control's window goes out as the server reads", async () => {
    await using server = await recorder();
    await using client = textClient(server.url, { writeMaxBytes: 8_000_000 });
    const value = "x".repeat(5_000_000);
    await client.say({ value });
    expect(server.requests[0]?.body.length).toBe(textMessage(value).length);
  });

  test("goes through the interceptors, which see and may change all of it", async () => {
    await using server = await recorder();
    const seen: string[] = [];
    const interceptor: Interceptor = (next) => async (request) => {
      seen.push(request.method.name, request.url, request.header.get("grpc-timeout") ?? "none");
      request.header.set("x-added", "1");
      const response = await next(request);
      seen.push(response.header.get("content-type") ?? "", response.trailer.get("grpc-status") ?? "");
      return { ...response, trailer: new Headers({ "x-mine": "1" }) };
    };
    await using client = textClient(server.url, { interceptors: [interceptor], defaultTimeoutMs: 1000 });
    let trailer: Headers | undefined;
    const answer = await client.say({ value: "a" }, { onTrailer: (it) => (trailer = it) });
    expect(answer.value).toBe("hi");
    expect(seen).toEqual(["Say", `${server.url}/test.TextService/Say`, "1000m", "application/grpc", "0"]);
    expect([...(trailer ?? [])]).toEqual([["x-mine", "1"]]);
    expect(server.requests[0]?.headers["x-added"]).toBe("1");
  });

  test("is not sent elsewhere by an interceptor", async () => {
    await using server = await recorder();
    const interceptor: Interceptor = (next) => (request) =>
      next({ ...request, url: "https://evil.example/x" });
    await using client = textClient(server.url, { interceptors: [interceptor] });
    expect(explainError(await caught(() => client.say({}))).delivery).toBe("not_sent");
    expect(server.requests).toEqual([]);
  });
});
