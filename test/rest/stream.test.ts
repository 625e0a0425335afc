import { type Message, toJson } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factsOf } from "../../src/errors/facts.js";
import type { TransportOptions } from "../../src/options.js";
import { answering } from "./answering.js";
import { BookSchema, book, streamMethodOf, types, uploadMethod } from "./library.js";

/** A body that comes in parts, and ends as told. */
function streamed(parts: readonly (string | Uint8Array)[], error?: unknown): ReadableStream<Uint8Array> {
  const left = parts.map((part) => (typeof part === "string" ? new TextEncoder().encode(part) : part));
  return new ReadableStream({
    pull(controller) {
      const part = left.shift();
      if (part !== undefined) controller.enqueue(part);
      else if (error === undefined) controller.close();
      else controller.error(error);
    },
  });
}

/** A body of which nothing comes until it is given up. */
function silent(signal: AbortSignal | undefined): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      signal?.addEventListener("abort", () => controller.error(signal.reason));
    },
  });
}

interface Told {
  readonly status?: number;
  readonly type?: string | null;
  readonly error?: unknown;
  readonly options?: Partial<TransportOptions>;
}

/** Calls a method; gives the messages that came, and the error that ended them. */
async function collect(name: string, parts: readonly (string | Uint8Array)[], told: Told = {}) {
  const { status = 200, type = "application/json", error: cut, options } = told;
  const headers: Record<string, string> =
    type === null ? { "x-a": "b" } : { "content-type": type, "x-a": "b" };
  const { transport, requests } = answering(
    () => new Response(streamed(parts, cut), { status, headers }),
    options,
  );
  const messages: Message[] = [];
  try {
    const response = await transport.stream(
      streamMethodOf(name),
      undefined,
      undefined,
      undefined,
      one(book({ id: "1" })),
    );
    expect(response.header.get("x-a")).toBe("b");
    for await (const message of response.message) messages.push(message);
  } catch (error) {
    if (error instanceof ConnectError) return { messages, error, requests };
    throw error;
  }
  return { messages, requests };
}

async function* one<T>(message: T): AsyncIterable<T> {
  yield message;
}

const shown = (messages: readonly Message[]) =>
  messages.map((message) => toJson(BookSchema, message, { registry: types }));
const contents = (messages: readonly Message[]) =>
  messages.map((message) => new TextDecoder().decode(Reflect.get(message, "data")));

describe("a stream of JSON", () => {
  it("is read by lines", async () => {
    const { messages, error, requests } = await collect("List", [
      '{"result":{"id":"1"}}\n{"result":{"id":"2"}}\n',
    ]);
    expect(shown(messages)).toEqual([{ id: "1" }, { id: "2" }]);
    expect(error).toBeUndefined();
    expect(requests).toMatchObject([{ method: "GET", url: "https://server.test/list?id=1" }]);
  });

  it("is read as it comes", async () => {
    let push = (_: string) => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        push = (text) => controller.enqueue(new TextEncoder().encode(text));
      },
    });
    const { transport } = answering(
      () => new Response(body, { headers: { "content-type": "application/json" } }),
    );
    const { message } = await transport.stream(
      streamMethodOf("List"),
      undefined,
      undefined,
      undefined,
      one({}),
    );
    const messages = message[Symbol.asyncIterator]();
    push('{"result":{"id":"1"}}\n{"res');
    expect((await messages.next()).value).toMatchObject({ id: "1" });
    push('ult":{"id":"2"}}\n');
    expect((await messages.next()).value).toMatchObject({ id: "2" });
  });

  it("is the same however its bytes are parted", async () => {
    const text =
      '{"result":{"id":"ü€😀"}}\n\n{"result":{}}\r\n{"result":{"name":"\\n"}}\n{"error":{"code":5,"message":"é"}}\n';
    const bytes = new TextEncoder().encode(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
        const ends = [...new Set([0, ...cuts, bytes.length])].sort((a, b) => a - b);
        const parts = ends.slice(1).map((end, at) => bytes.slice(ends[at], end));
        const { messages, error } = await collect("List", parts);
        expect(shown(messages)).toEqual([{ id: "ü€😀" }, {}, { name: "\n" }]);
        expect(error).toMatchObject({ code: Code.NotFound, rawMessage: "é" });
      }),
      { numRuns: 60 },
    );
  });

  it("of a response field", async () => {
    const { messages } = await collect("ListSold", ['{"result":9007199254740993}\n{"result":0}\n']);
    expect(shown(messages)).toEqual([{ sold: "9007199254740993" }, {}]);
  });

  it.each([["application/json"], [null], ["text/plain"]])(
    "without messages, content type %s",
    async (type) => {
      expect(await collect("List", [], { type })).toMatchObject({ messages: [] });
      expect((await collect("List", [], { type })).error).toBeUndefined();
    },
  );

  it("whose last line lacks its end", async () => {
    expect(shown((await collect("List", ['{"result":{"id":"1"}}'])).messages)).toEqual([{ id: "1" }]);
  });

  it.each<[name: string, parts: string[], code: Code, text: string]>([
    ["an error", ['{"error":{"code":7,"message":"no","details":[]}}\n'], Code.PermissionDenied, "no"],
    [
      "an error without a code",
      ['{"error":{"message":"no"}}\n'],
      Code.Internal,
      'no JSON with result or error: "{"error":{"message":"no"}}"',
    ],
    ["a line that is cut off", ['{"result":{"id":'], Code.Internal, "a message of the stream is cut off"],
    ["a line that is no frame", ["[]\n"], Code.Internal, "a message of the stream is cut off"],
    ["a line that is no JSON", ["<html>\n"], Code.Internal, "a message of the stream is cut off"],
    [
      "a message that does not fit",
      ['{"result":{"pages":"x"}}\n'],
      Code.Internal,
      "the answer does not fit the stubs",
    ],
  ])("ends with %s", async (_, parts, code, text) => {
    const { messages, error } = await collect("List", ['{"result":{"id":"1"}}\n', ...parts]);
    expect(shown(messages)).toEqual([{ id: "1" }]);
    expect(error?.code).toBe(code);
    expect(error?.rawMessage).toContain(text);
    expect(error?.metadata.get("x-a")).toBe("b");
    expect(error && factsOf(error)).toMatchObject({ httpStatus: 200 });
  });

  it("that breaks off is an error", async () => {
    const cause = Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" });
    const { messages, error } = await collect("List", ['{"result":{"id":"1"}}\n'], {
      error: new TypeError("terminated", { cause }),
    });
    expect(shown(messages)).toEqual([{ id: "1" }]);
    expect(error?.code).toBe(Code.Unavailable);
    expect(error?.rawMessage).toContain("the connection to server.test broke before the answer was complete");
  });

  it.each([
    ["with the status of the error", ['{"error":{"code":3,"message":"bad"}}\n'], Code.InvalidArgument, "bad"],
    ["without a word", [], Code.InvalidArgument, "the server answered HTTP 400 with application/json"],
  ])("that fails at once, %s", async (_, parts, code, text) => {
    const { error } = await collect("List", parts, { status: 400 });
    expect(error).toMatchObject({ code, rawMessage: text });
    expect(error && factsOf(error)).toMatchObject({ httpStatus: 400 });
  });

  it("that is a page is an error", async () => {
    const { error } = await collect("List", ["<p>hello"], { type: "text/html" });
    expect(error?.rawMessage).toBe('the server answered HTTP 200 with text/html: "hello"');
  });

  it("has a limit for each message, to the byte", async () => {
    const line = '{"result":{"id":"1"}}';
    const fits = await collect("List", [`${line}\n${line}\n`], { options: { readMaxBytes: line.length } });
    expect(fits.messages).toHaveLength(2);
    const { messages, error } = await collect(
      "List",
      [`${line}\n`, line.slice(0, 10), `${line.slice(10)} \n`],
      {
        options: { readMaxBytes: line.length },
      },
    );
    expect(messages).toHaveLength(1);
    expect(error?.code).toBe(Code.ResourceExhausted);
  });
});

describe("a stream of HttpBody", () => {
  it("that is text is read by lines", async () => {
    const { messages } = await collect("Download", ["Hello 1\nHel", "lo 2\n\nlast"], { type: "text/html" });
    expect(contents(messages)).toEqual(["Hello 1", "Hello 2", "", "last"]);
    expect(messages[0]).toMatchObject({ contentType: "text/html" });
  });

  it("that is not comes as it is", async () => {
    const parts = [new Uint8Array([0, 10, 255]), new Uint8Array([10])];
    const { messages } = await collect("Download", parts, { type: "application/octet-stream" });
    expect(messages.flatMap((message) => [...Reflect.get(message, "data")])).toEqual([0, 10, 255, 10]);
  });

  it.each(["text/plain", "application/octet-stream"])("ends with an error, %s", async (type) => {
    const text = 'some\n{"text"}\n{"error":{"code":9,"message":"no"}}\n';
    for (let cut = 0; cut <= text.length; cut++) {
      const { messages, error } = await collect("Download", [text.slice(0, cut), text.slice(cut)], { type });
      expect(contents(messages).join("").replaceAll("\n", "")).toBe('some{"text"}');
      expect(error).toMatchObject({ code: Code.FailedPrecondition, rawMessage: "no" });
    }
  });

  it.each([
    ['{"error":', "text/plain"],
    ['{"error":"mine"}', "application/octet-stream"],
    ['{"error":{"code":9}}', "application/json"],
  ])("may hold %s of %s", async (text, type) => {
    const { messages, error } = await collect("Download", [text], { type });
    expect([contents(messages), error]).toEqual([[text], undefined]);
  });
});

describe("streaming", () => {
  it("of requests is refused", async () => {
    const { transport, requests } = answering({});
    const call = transport.stream(uploadMethod, undefined, undefined, undefined, one(book()));
    await expect(call).rejects.toMatchObject({ code: Code.Unimplemented });
    await expect(call).rejects.toThrow(
      "library.Library.Upload cannot be called over REST: a request is one message there",
    );
    expect(requests).toEqual([]);
  });

  it("needs a request", async () => {
    const { transport, requests } = answering({});
    const none = (async function* () {})();
    const call = transport.stream(streamMethodOf("List"), undefined, undefined, undefined, none);
    await expect(call).rejects.toMatchObject({ code: Code.Unimplemented });
    expect(requests).toEqual([]);
  });

  it("goes through interceptors", async () => {
    const seen: unknown[] = [];
    const interceptor: Interceptor = (next) => async (request) => {
      request.header.set("x-mine", "1");
      const response = await next(request);
      seen.push([request.stream, request.method.name, request.url]);
      return response;
    };
    const { messages, requests } = await collect("List", ['{"result":{}}\n'], {
      options: { interceptors: [interceptor] },
    });
    expect(messages).toHaveLength(1);
    expect(seen).toEqual([[true, "List", "https://server.test/list"]]);
    expect(requests[0]?.fields).toMatchObject({ "x-mine": "1" });
  });

  it("ends with the caller's signal", async () => {
    const { transport, requests } = answering(
      (signal) => new Response(silent(signal), { headers: { "content-type": "application/json" } }),
    );
    const controller = new AbortController();
    const { message } = await transport.stream(
      streamMethodOf("List"),
      controller.signal,
      undefined,
      undefined,
      one({}),
    );
    const next = message[Symbol.asyncIterator]().next();
    controller.abort(new Error("enough"));
    await expect(next).rejects.toMatchObject({ code: Code.Canceled, rawMessage: "enough" });
    expect(requests[0]?.signal?.aborted).toBe(true);
  });

  it("ends with its deadline", async () => {
    const { transport, requests } = answering(
      (signal) => new Response(silent(signal), { headers: { "content-type": "application/json" } }),
    );
    const { message } = await transport.stream(streamMethodOf("List"), undefined, 30, undefined, one({}));
    await expect(message[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: Code.DeadlineExceeded,
    });
    expect(requests[0]?.fields["grpc-timeout"]).toBe("30m");
  });
});
