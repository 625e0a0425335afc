import { createRegistry, type Message, toJson } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import { factsOf } from "../../src/errors/facts.js";
import type { TransportOptions } from "../../src/options.js";
import { type Answer, answering, json } from "./answering.js";
import { BookSchema, book, HttpBodySchema, types, unaryMethodOf } from "./library.js";

async function call(
  method: string,
  answer: Answer,
  options: Partial<TransportOptions> = {},
  header?: HeadersInit,
) {
  const { transport } = answering(answer, options);
  const request =
    method === "Motto"
      ? { value: "m" }
      : method === "Scan" || method === "Facts"
        ? {}
        : book({ id: "1", author: { name: "n" } });
  return transport.unary(unaryMethodOf(method), undefined, undefined, header, request);
}

async function failure(...args: Parameters<typeof call>): Promise<ConnectError> {
  try {
    await call(...args);
  } catch (error) {
    if (error instanceof ConnectError) return error;
    throw error;
  }
  throw new Error("no error");
}

const shown = (message: Message) => toJson(BookSchema, message, { registry: types });

describe("an answer becomes a message", () => {
  it.each<[name: string, body: string, message: unknown]>([
    ["JSON names", '{"inPrint":true,"sold":"5"}', { inPrint: true, sold: "5" }],
    ["proto names", '{"in_print":true}', { inPrint: true }],
    ["numbers that JavaScript cannot hold", '{"sold":9007199254740993}', { sold: "9007199254740993" }],
    ["64 bits as numbers", '{"sold":5,"isbn":7}', { sold: "5", isbn: "7" }],
    ["unknown fields", '{"id":"1","since":{"a":[1]}}', { id: "1" }],
    ["null", '{"id":null,"author":null,"tags":null,"edition":null}', {}],
    ["zeros that a gateway writes out", '{"id":"","pages":0,"tags":[],"labels":{}}', {}],
    ["an enum by number", '{"genre":2}', { genre: "POETRY" }],
    ["an enum by a name that is not known", '{"genre":"DRAMA","id":"1"}', { id: "1" }],
    [
      "an Any of the service's own types",
      '{"attachment":{"@type":"type.googleapis.com/library.Author","name":"n"}}',
      { attachment: { "@type": "type.googleapis.com/library.Author", name: "n" } },
    ],
    ["a float with its precision", '{"weight":0.1}', { weight: 0.10000000149011612 }],
    ["a byte order mark", '\ufeff{"id":"1"}', { id: "1" }],
  ])("%s", async (_, body, message) => {
    const response = await call("Search", json(body));
    expect(shown(response.message)).toEqual(message);
  });

  it.each<[method: string, body: string, message: unknown]>([
    ["SetSold", "-9223372036854775808", { sold: "-9223372036854775808" }],
    ["SetSold", '"5"', { sold: "5" }],
    ["SetGenre", '"POETRY"', { genre: "POETRY" }],
    ["SetGenre", '"7"', { genre: 7 }],
    ["SetPrice", "1e300", { price: 1e300 }],
    ["SetCover", '"+/8="', { cover: "+/8=" }],
    ["SetCover", "[]", {}],
    ["SetEdition", "null", {}],
    ["SetEdition", "0", { edition: "0" }],
    ["SetRatings", "[1,9007199254740993]", { ratings: ["1", "9007199254740993"] }],
    [
      "SetStock",
      '{"9007199254740993":9007199254740993,"a\\"1\\"":1}',
      { stock: { "9007199254740993": "9007199254740993", 'a"1"': "1" } },
    ],
    ["SetGenres", '["NOVEL","7"]', { genres: ["NOVEL", 7] }],
    ["SetAuthors", '[{"born":"9007199254740993"}]', { authors: [{ born: "9007199254740993" }] }],
    ["SetNote", '"n"', { mark: { note: "n" } }],
    ["SetPublished", '"1970-01-01T00:00:01Z"', { published: "1970-01-01T00:00:01Z" }],
  ])("response_body: %s %s", async (method, body, message) => {
    const { transport } = answering(json(body));
    const request = book({ id: "1", mark: { kind: { case: "note", value: "n" } } });
    const response = await transport.unary(unaryMethodOf(method), undefined, undefined, undefined, request);
    expect(shown(response.message)).toEqual(message);
  });

  it("content that is no JSON", async () => {
    const answer: Answer = { header: { "content-type": "image/png" }, body: new Uint8Array([0, 255]) };
    expect((await call("Scan", answer)).message).toMatchObject({
      contentType: "image/png",
      data: new Uint8Array([0, 255]),
    });
    const { transport } = answering(answer);
    const request = book({ id: "1", scan: { data: new Uint8Array([1]) } });
    const { message } = await transport.unary(
      unaryMethodOf("ScanOf"),
      undefined,
      undefined,
      undefined,
      request,
    );
    expect(message).toMatchObject({ scan: { contentType: "image/png", data: new Uint8Array([0, 255]) } });
    expect(HttpBodySchema.typeName).toBe("google.api.HttpBody");
  });

  it.each<[method: string, answer: Answer]>([
    ["Head", { header: { "content-type": "application/json" } }],
    ["Head", json({})],
    ["Search", { status: 204 }],
  ])("%s without a body", async (method, answer) => {
    expect((await call(method, answer)).message).toBeDefined();
  });

  it.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON",
    "application/problem+json",
  ])("content type %s", async (type) => {
    expect((await call("Motto", { header: { "content-type": type }, body: '"m"' })).message).toMatchObject({
      value: "m",
    });
  });

  it("free JSON that looks like an error", async () => {
    const { message } = await call("Facts", json({ code: 5, message: "x" }));
    expect(toJson(unaryMethodOf("Facts").output, message)).toEqual({ code: 5, message: "x" });
  });

  it("its header without the gateway's prefixes", async () => {
    const { header, trailer } = await call("Search", {
      header: {
        "content-type": "application/json",
        "grpc-metadata-content-type": "application/grpc",
        "Grpc-Metadata-Answer": "42",
        "Grpc-Metadata-Raw-Bin": "\u0001\u00ff",
        "Grpc-Trailer-Late": "yes",
        "x-request-id": "r",
      },
      body: "{}",
    });
    expect(Object.fromEntries(header)).toEqual({
      "content-type": "application/json",
      "grpc-metadata-content-type": "application/grpc",
      answer: "42",
      "raw-bin": "Af8",
      "x-request-id": "r",
    });
    expect(Object.fromEntries(trailer)).toEqual({ late: "yes" });
  });
});

describe("an error in an answer", () => {
  const gone = { code: 5, message: "m" };

  it.each<[name: string, status: number, body: unknown, code: Code, message: string]>([
    ["a code by number", 404, { code: 5, message: "m", details: [] }, Code.NotFound, "m"],
    [
      "details of a type that is no text",
      404,
      { ...gone, details: [{ "@type": { toString: 0 } }] },
      Code.NotFound,
      "m",
    ],
    ["a code as text", 404, { code: "5", message: "m" }, Code.NotFound, "m"],
    ["a number that is no code", 500, { code: 17, message: "m" }, Code.Unknown, "m"],
    ["the body's code over the status", 400, { code: 9, message: "m" }, Code.FailedPrecondition, "m"],
    [
      "the body's code over a status that means something else",
      429,
      { code: 3, message: "m" },
      Code.InvalidArgument,
      "m",
    ],
    ["a code by name", 500, { code: "NOT_FOUND", message: "m" }, Code.NotFound, "m"],
    ["a code by Connect's name", 404, { code: "not_found", message: "m" }, Code.NotFound, "m"],
    ["a code by name in camel case", 500, { code: "NotFound", message: "m" }, Code.NotFound, "m"],
    ["British spelling", 499, { code: "CANCELLED", message: "m" }, Code.Canceled, "m"],
    ["a stream's error", 400, { error: { code: 3, message: "m" } }, Code.InvalidArgument, "m"],
    [
      "Google's own form",
      404,
      { error: { code: 404, message: "m", status: "NOT_FOUND" } },
      Code.NotFound,
      "m",
    ],
    ["the old gateway's form", 404, { error: "m", code: 5, message: "m" }, Code.NotFound, "m"],
    ["no message", 404, { code: 5 }, Code.NotFound, ""],
    ["a message that is none", 404, { code: 5, message: { a: 1 } }, Code.NotFound, ""],
    ["with status 200", 200, { code: 7, message: "m" }, Code.PermissionDenied, "m"],
    ["with status 200 and no message", 200, { code: 7 }, Code.PermissionDenied, ""],
    ["as an error, with status 200", 200, { error: { code: 7, message: "m" } }, Code.PermissionDenied, "m"],
    ["beside fields, with status 200", 200, { id: "1", error: { code: 7 } }, Code.PermissionDenied, ""],
  ])("%s", async (_, status, body, code, message) => {
    const error = await failure("Search", json(body, status));
    expect([error.code, error.rawMessage]).toEqual([code, message]);
    expect(factsOf(error)).toMatchObject({ httpStatus: status, answered: true });
  });

  it.each<[status: number, code: Code]>([
    [400, Code.InvalidArgument],
    [401, Code.Unauthenticated],
    [403, Code.PermissionDenied],
    [404, Code.NotFound],
    [405, Code.Unimplemented],
    [408, Code.DeadlineExceeded],
    [409, Code.Aborted],
    [412, Code.FailedPrecondition],
    [413, Code.ResourceExhausted],
    [414, Code.ResourceExhausted],
    [416, Code.OutOfRange],
    [418, Code.Unknown],
    [429, Code.ResourceExhausted],
    [431, Code.ResourceExhausted],
    [499, Code.Canceled],
    [500, Code.Internal],
    [501, Code.Unimplemented],
    [502, Code.Unavailable],
    [503, Code.Unavailable],
    [504, Code.DeadlineExceeded],
    [599, Code.Unknown],
  ])("HTTP %i without a code", async (status, code) => {
    for (const body of [
      "",
      "{}",
      "[]",
      "null",
      '{"code":{"toString":0}}',
      '{"code":0}',
      '{"code":77}',
      '{"code":"?"}',
      "<html>",
    ]) {
      const error = await failure("Search", { status, header: { "content-type": "text/html" }, body });
      expect([body, error.code]).toEqual([body, code]);
      expect(error.rawMessage).toContain(`the server answered HTTP ${status} with text/html`);
      expect(factsOf(error)).toMatchObject({ httpStatus: status });
      expect(factsOf(error).answered).toBeUndefined();
    }
  });

  it("keeps the header, Retry-After for one", async () => {
    const header = { "retry-after": "7", "grpc-metadata-a": "b", "grpc-trailer-c": "d" };
    for (const body of ["busy", '{"code":14}', "x".repeat(100)]) {
      const error = await failure("Search", { status: 503, header, body }, { readMaxBytes: 50 });
      expect(Object.fromEntries(error.metadata)).toMatchObject({ "retry-after": "7", a: "b", c: "d" });
    }
  });

  it("has a HEAD's status only", async () => {
    const error = await failure("Head", { status: 404, header: { "content-type": "application/json" } });
    expect([error.code, error.rawMessage]).toEqual([
      Code.NotFound,
      "the server answered HTTP 404 with application/json",
    ]);
  });

  it("brings details that can be found", async () => {
    const body = {
      code: 9,
      message: "m",
      details: [
        { "@type": "type.googleapis.com/library.Author", name: "n", born: "9007199254740993", unknown: 1 },
        { "@type": "type.googleapis.com/google.protobuf.Duration", value: "1.500s" },
        { "@type": "type.googleapis.com/no.such.Type", slug: "s" },
        { "@type": "type.googleapis.com/library.Author", name: 5 },
        "nonsense",
      ],
    };
    const error = await failure("Search", json(body, 400));
    const author = types.getMessage("library.Author");
    expect(author && error.findDetails(author)).toMatchObject([{ name: "n", born: 9007199254740993n }]);
    expect(error.findDetails(DurationSchema)).toMatchObject([{ seconds: 1n, nanos: 500_000_000 }]);
    expect(error.details).toHaveLength(4);
    expect(error.details[2]).toEqual({
      type: "no.such.Type",
      debug: body.details[2],
      value: new TextEncoder().encode('{"@type":"type.googleapis.com/no.such.Type","slug":"s"}'),
    });
    expect(error.findDetails(types)).toHaveLength(2);
  });

  it("finds the details of types that the caller adds", async () => {
    const body = {
      code: 9,
      details: [{ "@type": "type.googleapis.com/google.protobuf.Duration", value: "2s" }],
    };
    // Of a file that the service does not import.
    const { transport } = answering(json(body, 400), { registry: createRegistry(DurationSchema) });
    const error = await transport
      .unary(unaryMethodOf("Search"), undefined, undefined, undefined, book())
      .catch((caught: unknown) => ConnectError.from(caught));
    expect(error).toMatchObject({ code: Code.FailedPrecondition });
    expect(error instanceof ConnectError && error.findDetails(DurationSchema)).toHaveLength(1);
  });

  it("reads Connect's own details", async () => {
    const body = {
      code: "internal",
      message: "m",
      details: [{ type: "library.Author", value: "CgFu", debug: { name: "n" } }],
    };
    const error = await failure("Search", json(body, 500));
    expect(error.details).toEqual([
      { type: "library.Author", value: new Uint8Array([10, 1, 110]), debug: { name: "n" } },
    ]);
  });
});

describe("an answer that is neither", () => {
  it.each<[name: string, answer: Answer, message: string]>([
    [
      "HTML",
      {
        header: { "content-type": "text/html; charset=utf-8" },
        body: "<html><title>Hi</title>\n<script>x()</script><p>there",
      },
      'HTTP 200 with text/html: "Hi there"',
    ],
    [
      "no content type",
      { body: new TextEncoder().encode("hello") },
      'HTTP 200 with no content type: "hello"',
    ],
    [
      "words of an error",
      json('{"error":"login required"}'),
      'HTTP 200 with application/json: "{"error":"login',
    ],
    ["none of the fields", json('{"foo":1}'), 'HTTP 200 with application/json: "{"foo":1}"'],
    ["JSON that is cut off", json('{"id":"1'), 'HTTP 200 with application/json: "{"id":"1"'],
    ["nothing", { header: { "content-type": "application/json" } }, "HTTP 200 with application/json"],
    [
      "control characters",
      { header: { "content-type": "text/plain" }, body: "a\u0000\u001b[31mb\r\nc" },
      'HTTP 200 with text/plain: "a [31mb c"',
    ],
    [
      "much text",
      { header: { "content-type": "text/plain" }, body: "x".repeat(1000) },
      `"${"x".repeat(200)}…"`,
    ],
    [
      "a content type of many words",
      { header: { "content-type": "text/x-very<b>" }, body: "a" },
      'HTTP 200 with text/x-very: "a"',
    ],
  ])("%s", async (_, answer, message) => {
    const error = await failure("Search", answer);
    expect(error.rawMessage).toContain(message);
    expect(error.code).toBe(Code.Unknown);
    expect(factsOf(error)).toMatchObject({ httpStatus: 200 });
  });

  it("is quoted without the request's credentials", async () => {
    const header = {
      authorization: "Bearer secret-token-1",
      cookie: "session=cookie-value-2",
      "x-api-key": "key-value-3",
    };
    const echo =
      "authorization: bearer secret-token-1, cookie session=cookie-value-2 secret-token-1 key-value-3 Basic abc=";
    const { rawMessage } = await failure("Search", { status: 400, body: echo }, {}, header);
    expect(rawMessage).toContain("authorization");
    expect(rawMessage).not.toMatch(/secret-token-1|cookie-value-2|key-value-3|abc=/);
    // Also where the quote ends within one.
    const long = await failure(
      "Search",
      { status: 400, body: `${"x".repeat(190)} secret-token-1` },
      {},
      header,
    );
    expect(long.rawMessage).not.toContain("secret");
  });

  it.each([
    ["[]", "library.Book from JSON"],
    ['{"pages":"many"}', "library.Book.pages"],
    ['{"attachment":{"@type":"type.googleapis.com/no.Such"}}', "no.Such is not in the type registry"],
  ])("JSON that does not fit: %s", async (body, why) => {
    const error = await failure("Search", json(body));
    expect(error.code).toBe(Code.Internal);
    expect(error.rawMessage).toContain("the answer does not fit the stubs");
    expect(error.rawMessage).toContain(why);
    expect(factsOf(error)).toMatchObject({ httpStatus: 200 });
  });

  it.each([
    [301, "https://other.test:8443/path?token=t#f", "https://other.test:8443", "not_sent"],
    [302, "/login", "https://server.test", "maybe_sent"],
    [307, "http://server.test/", "http://server.test", "not_sent"],
    [308, "", undefined, "not_sent"],
  ])("a redirect, %i to %s", async (status, location, origin, delivery) => {
    const error = await failure("Search", { status, header: location === "" ? {} : { location } });
    expect(error.rawMessage).toContain(
      origin === undefined ? "the server redirects," : `redirects to ${origin}, `,
    );
    expect(error.rawMessage).not.toMatch(/path|token|login/.test(location) ? location : "#");
    expect(explainError(error)).toMatchObject({ httpStatus: status, delivery });
  });

  it("a redirect that a browser hides", async () => {
    const { transport } = answering(() => Response.error());
    const call = transport.unary(unaryMethodOf("Search"), undefined, undefined, undefined, book());
    await expect(call).rejects.toThrow("the server redirects, which is not followed");
  });

  it.each(["Search", "Head"])("more than may be read, of %s", async (method) => {
    // Of an error the status says more than that.
    for (const [status, code] of [
      [200, Code.ResourceExhausted],
      [404, Code.NotFound],
    ] as const) {
      const answer = json(JSON.stringify({ id: "x".repeat(50) }), status);
      const error = await failure(method, answer, { readMaxBytes: 20 });
      expect([error.code, factsOf(error)]).toMatchObject([code, { httpStatus: status }]);
    }
    const fits = json('{"id":"1"}');
    expect((await call(method, fits, { readMaxBytes: 10 })).message).toBeDefined();
    expect((await failure(method, fits, { readMaxBytes: 9 })).code).toBe(Code.ResourceExhausted);
  });

  it.each(["br", "GZIP, br", "x"])(
    "of an error in a coding that cannot be read, %s, the status",
    async (coding) => {
      const error = await failure("Search", {
        status: 503,
        header: { "content-type": "application/json", "content-encoding": coding, "retry-after": "5" },
        body: "?",
      });
      expect(error.code).toBe(Code.Unavailable);
      expect(error.metadata.get("retry-after")).toBe("5");
    },
  );

  it("of an error of more than 64 KiB, the status", async () => {
    const error = await failure(
      "Search",
      json(JSON.stringify({ code: 7, message: "x".repeat(70_000) }), 404),
    );
    expect(error.code).toBe(Code.NotFound);
  });

  it("of a long error 2000 characters and 100 details", async () => {
    const details = Array.from({ length: 500 }, () => ({ "@type": "type.googleapis.com/no.such.Type" }));
    const error = await failure(
      "Search",
      json(JSON.stringify({ code: 7, message: "é".repeat(9000), details }), 400),
    );
    expect(error.rawMessage).toBe(`${"é".repeat(2000)}…`);
    expect(error.details).toHaveLength(100);
  });

  it("of details that are too deep, their type", async () => {
    const deep = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
    const detail = `{"@type":"type.googleapis.com/no.such.Type","deep":${deep}}`;
    const error = await failure("Search", json(`{"code":7,"details":[${detail}]}`, 400));
    expect(JSON.parse(JSON.stringify(error.details))).toEqual([{ type: "no.such.Type", value: {} }]);
  });

  it("of a page that is too large, the status", async () => {
    const page = {
      status: 503,
      header: { "content-type": "text/html", "retry-after": "5" },
      body: "x".repeat(99),
    };
    const error = await failure("Search", page, { readMaxBytes: 20 });
    expect([error.code, error.rawMessage]).toEqual([
      Code.Unavailable,
      "the server answered HTTP 503 with text/html",
    ]);
    expect(error.metadata.get("retry-after")).toBe("5");
  });

  it("one that breaks off", async () => {
    const { transport } = answering(() => {
      const body = new ReadableStream({
        pull(controller) {
          controller.error(
            new TypeError("terminated", { cause: Object.assign(new Error("gone"), { code: "ECONNRESET" }) }),
          );
        },
      });
      return new Response(body, { headers: { "content-type": "application/json", "x-a": "b" } });
    });
    const error = await transport
      .unary(unaryMethodOf("Search"), undefined, undefined, undefined, book())
      .catch((caught: unknown) => ConnectError.from(caught));
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect(error instanceof ConnectError && error.metadata.get("x-a")).toBe("b");
  });
});
