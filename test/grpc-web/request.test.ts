import { gunzipSync } from "node:zlib";
import { create } from "@bufbuild/protobuf";
import { Int32ValueSchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { grpcTimeout } from "../../src/call/deadline.js";
import { explainError } from "../../src/errors/explain.js";
import { gzip } from "../../src/http/node/gzip.js";
import { encodeMessage } from "../../src/transport/message-bytes.js";
import { caught } from "../auth/caught.js";
import { BASE_URL, canned, frame, message, messageBytes, trailers } from "./peer.js";

const good = { body: [message("hi"), trailers("grpc-status: 0\r\n")] };

/** ZITADEL's CORS list for gRPC-web; a page may send nothing else. */
const CORS_LIST = [
  "authorization",
  "content-type",
  "accept",
  "accept-language",
  "x-zitadel-orgid",
  "x-user-agent",
  "x-grpc-web",
];

async function bodyOf(request: Request | undefined): Promise<Buffer> {
  return request ? Buffer.from(await request.arrayBuffer()) : Buffer.alloc(0);
}

describe("a request", () => {
  test("of a page has no header that ZITADEL's CORS list lacks, whatever the deadline", async () => {
    const { client, requests } = canned(good, { defaultTimeoutMs: 5000 });
    await client.say({}, { headers: { Authorization: "Bearer x", "x-zitadel-orgid": "1" }, timeoutMs: 1000 });
    for await (const _ of client.list({}, { timeoutMs: 1000 })) break;
    expect(requests).toHaveLength(2);
    for (const { headers } of requests) {
      expect([...headers.keys()].filter((name) => !CORS_LIST.includes(name))).toEqual([]);
    }
    expect(requests[0]?.headers.get("authorization")).toBe("Bearer x");
  });

  test("is one frame, posted to the method below the base URL, and redirects are not followed", async () => {
    const { client, requests } = canned(good);
    await client.say({ value: "hello" });
    const [request] = requests;
    expect([request?.method, request?.url]).toEqual(["POST", `${BASE_URL}/test.TextService/Say`]);
    expect(request?.headers.get("content-type")).toBe("application/grpc-web+proto");
    expect(request?.redirect).toBe("manual");
    expect(await bodyOf(request)).toEqual(message("hello"));
  });

  test("carries metadata, repeated and binary", async () => {
    const { client, requests } = canned(good);
    const headers = new Headers({ "X-Twice": "1", "x-data-bin": "AAE" });
    headers.append("x-twice", "2");
    await client.say({}, { headers });
    await client.say({}, { headers: [...headers] });
    await client.say({}, { headers: { "X-Twice": "1, 2", "x-data-bin": "AAE" } });
    for (const request of requests) {
      expect([request.headers.get("x-twice"), request.headers.get("x-data-bin")]).toEqual(["1, 2", "AAE"]);
    }
    expect(requests).toHaveLength(3);
  });

  test.each([
    [{}, "zitadel-resend"],
    [{ "x-user-agent": "mine" }, "mine"],
    [{ "user-agent": "theirs" }, "theirs"],
  ])("with %o names itself %s", async (headers, name) => {
    const { client, requests } = canned(good);
    await client.say({}, { headers });
    expect(requests[0]?.headers.get("x-user-agent")).toBe(name);
  });

  test.each([
    [1000, "1000m"],
    [0.2, "1m"],
    [99_999_999, "99999999m"],
    [100_000_000, "100000S"],
    [1e12, "16666667M"],
    [1e30, "99999999H"],
    [0, null],
    [-1, null],
    [undefined, "7m"],
  ])("with timeoutMs %d says grpc-timeout %s where that may travel", async (timeoutMs, header) => {
    const { client, requests } = canned(good, { timeoutText: grpcTimeout, defaultTimeoutMs: 7 });
    await client.say({}, timeoutMs === undefined ? {} : { timeoutMs });
    expect(requests[0]?.headers.get("grpc-timeout")).toBe(header);
  });

  test("is compressed from the given size on", async () => {
    const { client, requests } = canned(good, { sendCompression: gzip, compressMinBytes: 100 });
    await client.say({ value: "small" });
    await client.say({ value: "large".repeat(100) });
    expect(requests.map(({ headers }) => headers.get("grpc-encoding"))).toEqual(["gzip", "gzip"]);
    expect(await bodyOf(requests[0])).toEqual(message("small"));
    const [flags, ...rest] = await bodyOf(requests[1]);
    expect(flags).toBe(1);
    expect(gunzipSync(Buffer.from(rest).subarray(4))).toEqual(Buffer.from(messageBytes("large".repeat(100))));
  });
});

describe("nothing is sent", () => {
  const notSent = { delivery: "not_sent" };

  test("that is larger than writeMaxBytes", async () => {
    const { client, requests } = canned(good, { writeMaxBytes: 10 });
    const error = await caught(() => client.say({ value: "x".repeat(9) }));
    expect(error.rawMessage).toBe("the request has 11 bytes; writeMaxBytes allows 10");
    expect(explainError(error)).toMatchObject({
      ...notSent,
      code: Code.ResourceExhausted,
      reason: "too_large",
    });
    expect(requests).toEqual([]);
    expect((await client.say({ value: "x".repeat(8) })).value).toBe("hi");
  });

  test("that is not such a message", async () => {
    const message = create(Int32ValueSchema, { value: 2 ** 40 });
    const error = await caught(async () => encodeMessage(Int32ValueSchema, message, 100));
    expect(error.rawMessage).toMatch(
      /^the request is no valid google\.protobuf\.Int32Value: .*1099511627776/,
    );
    expect(explainError(error)).toMatchObject({ ...notSent, code: Code.InvalidArgument });
  });

  test.each([{ "x-a": "1\r\nx-b: 2" }, { "x a": "1" }, { "x-a": "\u2713" }])(
    "with a header field that HTTP does not allow (%o), and its value is not shown",
    async (headers) => {
      const { client, requests } = canned(good);
      const error = await caught(() => client.say({}, { headers }));
      expect(explainError(error)).toMatchObject({ ...notSent, code: Code.InvalidArgument });
      expect(error.rawMessage).toMatch(/^the header field "x.a" has a character that HTTP forbids$/);
      expect(requests).toEqual([]);
    },
  );

  test("when the signal is aborted already", async () => {
    const { client, requests } = canned(good);
    const reason = new Error("changed my mind");
    const error = await caught(() => client.say({}, { signal: AbortSignal.abort(reason) }));
    expect([error.code, error.rawMessage, error.cause]).toEqual([Code.Canceled, "changed my mind", reason]);
    expect(explainError(error)).toMatchObject({ ...notSent, reason: "canceled" });
    expect(requests).toEqual([]);
  });

  test("of a call that streams both ways", async () => {
    const { client, requests } = canned(good);
    const error = await caught(async () => {
      for await (const _ of client.chat(none())) break;
    });
    expect(error.code).toBe(Code.Unimplemented);
    expect(requests).toEqual([]);
  });
});

describe("interceptors", () => {
  test("see the request whole, may change it, and see the answer", async () => {
    const seen: unknown[] = [];
    const interceptor: Interceptor = (next) => async (request) => {
      if (request.stream) return next(request);
      seen.push(request.url, request.header.get("content-type"), request.method.name, request.message);
      request.header.set("x-more", "1");
      const response = await next({ ...request, message: create(StringValueSchema, { value: "changed" }) });
      if (!response.stream) seen.push(response.message, response.trailer.get("grpc-status"));
      return response;
    };
    const { client, requests } = canned(good, { interceptors: [interceptor] });
    expect((await client.say({ value: "hello" })).value).toBe("hi");
    expect(seen).toMatchObject([
      `${BASE_URL}/test.TextService/Say`,
      "application/grpc-web+proto",
      "Say",
      { value: "hello" },
      { value: "hi" },
      "0",
    ]);
    expect(requests[0]?.headers.get("x-more")).toBe("1");
    expect(await bodyOf(requests[0])).toEqual(message("changed"));
  });

  test("cannot keep a call open past its deadline", async () => {
    const { client } = canned(good, { interceptors: [() => () => new Promise(() => {})] });
    expect((await caught(() => client.say({}, { timeoutMs: 1 }))).code).toBe(Code.DeadlineExceeded);
  });

  test("that throw give a ConnectError", async () => {
    const interceptor: Interceptor = () => () => {
      throw new TypeError("oops");
    };
    const error = await caught(() => canned(good, { interceptors: [interceptor] }).client.say({}));
    expect([error.code, error.rawMessage]).toEqual([Code.Unknown, "oops"]);
  });
});

describe("a call settles", () => {
  const never = () => new Promise<never>(() => {});

  test("at its deadline, though the runtime ignores its signal, and what comes late is dropped", async () => {
    let answer = (_: typeof good): void => {};
    const late = new Promise<typeof good>((resolve) => {
      answer = resolve;
    });
    const { client } = canned(() => late);
    const error = await caught(() => client.say({}, { timeoutMs: 1 }));
    expect(explainError(error)).toMatchObject({
      code: Code.DeadlineExceeded,
      reason: "timeout",
      delivery: "maybe_sent",
    });
    answer(good);
    await late;
  });

  test("at the transport's deadline where the call has none", async () => {
    const { client } = canned(never, { defaultTimeoutMs: 1 });
    expect((await caught(() => client.say({}))).code).toBe(Code.DeadlineExceeded);
  });

  test("when the caller gives up, with his reason", async () => {
    const controller = new AbortController();
    const reason = new ConnectError("superseded", Code.Aborted);
    const { client, requests } = canned(never);
    const call = caught(() => client.say({}, { signal: controller.signal, timeoutMs: 60_000 }));
    controller.abort(reason);
    expect(await call).toBe(reason);
    expect(requests[0]?.signal.aborted).toBe(true);
  });

  test("and leaves no listener on a signal that many calls share", async () => {
    const signal = new AbortController().signal;
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof addEventListener>) => {
        listeners++;
        addEventListener.apply(signal, args);
      },
      removeEventListener: (...args: Parameters<typeof removeEventListener>) => {
        listeners--;
        removeEventListener.apply(signal, args);
      },
    });
    const { client } = canned(good);
    await client.say({}, { signal });
    await caught(() => canned({ body: [frame(2, "")] }).client.say({}, { signal, timeoutMs: 1000 }));
    expect(listeners).toBe(0);
  });
});

async function* none() {}
