import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { Code, ConnectError, createClient, type ServiceImpl } from "@connectrpc/connect";
import { createWritableIterable } from "@connectrpc/connect/protocol";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { describe, expect, test } from "vitest";
import { createTransport, type TransportOptions } from "../../src/node/index.js";
import { caught } from "../auth/caught.js";
import { leavesNothing } from "../peers/leaks.js";
import { TextService } from "./text-service.js";

const service: ServiceImpl<TextService> = {
  say: ({ value }) => ({ value: `${value}!` }),
  async *list({ value }, { signal }) {
    for (const letter of value) yield { value: letter };
    if (value === "for ever") await once(signal, "abort");
    if (value === "error") throw new ConnectError("broke", Code.DataLoss);
  },
  async collect(messages) {
    let value = "";
    for await (const message of messages) value += message.value;
    return { value };
  },
  async *chat(messages) {
    for await (const { value } of messages) yield { value: `${value}?` };
  },
};

/** Connect's own server, and a client of ours on one version of HTTP. */
async function served(httpVersion: "1.1" | "2", options: Partial<TransportOptions> = {}) {
  const handler = connectNodeAdapter({ routes: (router) => router.service(TextService, service) });
  const server = httpVersion === "2" ? http2.createServer(handler) : http.createServer(handler);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const transport = createTransport({
    baseUrl: `http://127.0.0.1:${port}`,
    contentType: "application/grpc-web+proto",
    ...(options.fetch === undefined && { httpVersion }),
    ...options,
  });
  return {
    client: createClient(TextService, transport),
    transport,
    async [Symbol.asyncDispose]() {
      await transport.close();
      server.close();
      await once(server, "close");
    },
  };
}

async function textsOf(messages: AsyncIterable<{ value: string }>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { value } of messages) texts.push(value);
  return texts;
}

async function* texts(...values: string[]) {
  for (const value of values) yield { value };
}

describe.each(["1.1", "2"] as const)("on Node, streams over HTTP/%s", (httpVersion) => {
  test.each([{}, { sendCompression: "gzip", compressMinBytes: 0 }, { fetch }] as const)(
    "come and go beside unary calls, with %o",
    async (options) => {
      // `fetch` speaks HTTP/1.1 to a server in the clear.
      await using server = await served("fetch" in options ? "1.1" : httpVersion, options);
      expect((await server.client.say({ value: "a" })).value).toBe("a!");
      expect(await textsOf(server.client.list({ value: "abc" }))).toEqual(["a", "b", "c"]);
      expect((await server.client.collect(texts("a", "b"))).value).toBe("ab");
    },
  );

  test("bring an error after the messages", async () => {
    await using server = await served(httpVersion);
    const error = await caught(() => textsOf(server.client.list({ value: "error" })));
    expect([error.code, error.rawMessage]).toEqual([Code.DataLoss, "broke"]);
  });

  test("end with the transport, which then takes no more", async () => {
    await leavesNothing(async () => {
      await using server = await served(httpVersion);
      const seen: string[] = [];
      const error = await caught(async () => {
        for await (const { value } of server.client.list({ value: "for ever" })) {
          seen.push(value);
          if (seen.length === "for ever".length) await server.transport.close({ graceMs: 0 });
        }
      });
      expect([seen.join(""), error]).toEqual(["for ever", expect.any(ConnectError)]);
      const late = await caught(() => textsOf(server.client.list({ value: "a" })));
      expect([late.code, late.rawMessage]).toEqual([
        Code.Canceled,
        "the connections were closed before the call",
      ]);
    });
  });
});

test("over HTTP/2, a stream answers while it is asked", async () => {
  await using server = await served("2");
  const questions = createWritableIterable<{ value: string }>();
  const answers = server.client.chat(questions)[Symbol.asyncIterator]();
  for (const value of ["a", "b"]) {
    const answer = answers.next();
    await questions.write({ value });
    expect((await answer).value).toMatchObject({ value: `${value}?` });
  }
  questions.close();
  expect(await answers.next()).toMatchObject({ done: true });
});
