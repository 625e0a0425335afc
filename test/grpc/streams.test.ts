import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { createWritableIterable } from "@connectrpc/connect/protocol";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { expect, test } from "vitest";
import { caught } from "../auth/caught.js";
import { TextService } from "../grpc-web/text-service.js";
import { FRAME } from "../peers/h2-frames.js";
import { h2Peer } from "../peers/h2-peer.js";
import { answers, textClient } from "./text-client.js";

/** Connect's own server. */
async function connectServer() {
  let connections = 0;
  const routes = ({ service }: ConnectRouter) =>
    service(TextService, {
      say: ({ value }) => ({ value: `${value}!` }),
      async *list({ value }) {
        if (value === "fail") throw new ConnectError("no such list", Code.NotFound);
        for (const part of value.split(" ")) yield { value: part };
      },
      async collect(requests) {
        const values: string[] = [];
        for await (const { value } of requests) values.push(value);
        return { value: values.join(" ") };
      },
      async *chat(requests) {
        for await (const { value } of requests) yield { value: value.toUpperCase() };
      },
    });
  const server = http2.createServer(connectNodeAdapter({ routes }));
  server.on("session", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => connections,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

async function* texts(...values: string[]) {
  for (const value of values) yield { value };
}

async function valuesOf(stream: AsyncIterable<{ value: string }>) {
  const values: string[] = [];
  for await (const { value } of stream) values.push(value);
  return values;
}

test("streams of every kind and unary calls share one connection", async () => {
  await using server = await connectServer();
  await using client = textClient(server.url);
  expect((await client.say({ value: "hi" })).value).toBe("hi!");
  expect(await valuesOf(client.list({ value: "a b c" }))).toEqual(["a", "b", "c"]);
  expect((await client.collect(texts("a", "b"))).value).toBe("a b");
  expect(await valuesOf(client.chat(texts("a", "b")))).toEqual(["A", "B"]);
  expect((await caught(() => valuesOf(client.list({ value: "fail" })))).code).toBe(Code.NotFound);
  expect(server.connections()).toBe(1);
});

test("messages go both ways while both are open", async () => {
  await using server = await connectServer();
  await using client = textClient(server.url);
  const requests = createWritableIterable<{ value: string }>();
  const replies = client.chat(requests)[Symbol.asyncIterator]();
  for (const value of ["ping", "pong"]) {
    const reply = replies.next();
    await requests.write({ value });
    expect((await reply).value?.value).toBe(value.toUpperCase());
  }
  requests.close();
  expect((await replies.next()).done).toBe(true);
});

test("limits and compression hold for streams too", async () => {
  await using server = await connectServer();
  await using client = textClient(server.url, {
    readMaxBytes: 100,
    sendCompression: "gzip",
    compressMinBytes: 0,
  });
  expect(await valuesOf(client.list({ value: "small" }))).toEqual(["small"]);
  const error = await caught(() => valuesOf(client.list({ value: "x".repeat(200) })));
  expect(error.code).toBe(Code.ResourceExhausted);
});

test("a stream on a closed client is refused", async () => {
  await using peer = await h2Peer(answers());
  const client = textClient(peer.url);
  await client.transport.close();
  const error = await caught(() => valuesOf(client.list({})));
  expect(error).toMatchObject({
    code: Code.Canceled,
    rawMessage: "the connections were closed before the call",
  });
  expect(peer.accepted).toBe(0);
});

test("closing ends a stream that is under way", async () => {
  await using peer = await h2Peer(async (connection) => {
    await connection.waitFor((it) => it.type === FRAME.HEADERS);
    await client.transport.close();
  });
  const client = textClient(peer.url);
  expect((await caught(() => valuesOf(client.list({})))).code).toBe(Code.Canceled);
});
