import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { afterEach, describe, expect, it } from "vitest";
import { factsOf } from "../../src/errors/facts.js";
import { createTransport, type TransportOptions } from "../../src/node/index.js";
import { createTransport as createRestTransport } from "../../src/web/rest.js";
import { leavesNothing } from "../peers/leaks.js";
import { answering, json } from "./answering.js";
import { book, Library, unaryMethodOf } from "./library.js";

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of cleanup.splice(0).reverse()) await end();
});

/** Starts a server on a port of its own; gives its URL, and the sockets that were opened. */
async function serve(handle: Handler) {
  const sockets = new Set<unknown>();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    handle(request, response, body);
  });
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, sockets };
}

it("reads trailers on Node where the call asks for them, also behind an error", async () => {
  const asked: unknown[] = [];
  const { url } = await serve((request, response, body) => {
    asked.push(request.headers.te);
    const isPut = request.method === "PUT";
    response.writeHead(isPut ? 200 : 404, {
      "content-type": "application/json",
      trailer: "Grpc-Trailer-Late",
    });
    response.write(isPut ? "{}" : '{"code":5,"message":"m"}');
    response.addTrailers({ "Grpc-Trailer-Late": body || "yes" });
    response.end();
  });
  const transport = createTransport({ baseUrl: url, contentType: "application/json" });
  cleanup.push(() => transport.close());
  const request = book({ id: "1", author: { name: "n" } });
  const call = (method: string, header?: HeadersInit) =>
    transport.unary(unaryMethodOf(method), undefined, undefined, header, request);
  const asking = { te: "trailers" };
  const { trailer } = await call("Put", asking);
  expect(Object.fromEntries(trailer)).toEqual({ late: '{"author":{"name":"n"}}' });
  const error = await call("Search", asking).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: Code.NotFound, rawMessage: "m" });
  expect(ConnectError.from(error).metadata.get("late")).toBe("yes");
  // Not of its own: bytes in ZITADEL's trailers break Node's parser.
  await call("Put");
  expect(asked).toEqual(["trailers", "trailers", undefined]);
});

/** Each way to HTTP that REST has. */
const RUNTIMES = [
  {
    name: "undici",
    make: (options: TransportOptions) => createTransport({ ...options, contentType: "application/json" }),
  },
  {
    name: "fetch on Node",
    make: (options: TransportOptions) =>
      createTransport({ ...options, contentType: "application/json", fetch }),
  },
  { name: "fetch elsewhere", make: (options: TransportOptions) => createRestTransport(options) },
] as const;

function answer(response: ServerResponse, body: unknown, status = 200, header: Record<string, string> = {}) {
  response.writeHead(status, { "content-type": "application/json", ...header });
  response.end(JSON.stringify(body));
}

async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof ConnectError) return error;
  throw new Error("no error");
}

describe.each(RUNTIMES)("by $name", ({ name, make }) => {
  const open = (options: TransportOptions) => {
    const transport = make(options);
    cleanup.push(() => transport.close());
    return transport;
  };
  const put = unaryMethodOf("Put");
  const get = unaryMethodOf("Search");

  it("makes calls, and keeps its connection", async () => {
    const seen: unknown[] = [];
    const { url, sockets } = await serve((request, response, body) => {
      seen.push([
        request.method,
        request.url,
        request.headers["content-type"],
        request.headers.accept,
        request.headers.mine,
        body,
      ]);
      answer(response, { id: "back" }, 200, { "grpc-metadata-a": "b" });
    });
    const transport = open({ baseUrl: url });
    for (let call = 0; call < 6; call++) {
      const { message, header } = await transport.unary(
        put,
        undefined,
        undefined,
        { mine: "1" },
        { id: "ü/".slice(0, 1), name: "é" },
      );
      expect(message).toMatchObject({ id: "back" });
      expect(header.get("a")).toBe("b");
    }
    const line = ["PUT", "/books/%C3%BC", "application/json", "application/json", "1", '{"name":"é"}'];
    expect(seen).toEqual(Array.from({ length: 6 }, () => line));
    // One may still be busy with the end of an answer when the next call comes.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it("goes below the base URL's path and the prefix", async () => {
    const paths: unknown[] = [];
    const { url } = await serve((request, response) => {
      paths.push(request.url);
      answer(response, {});
    });
    for (const options of [
      { baseUrl: `${url}/a/b/` },
      { baseUrl: `${url}/a`, pathPrefix: "/p/q/" },
      { baseUrl: url, pathPrefix: "p" },
      { baseUrl: url, pathPrefix: (service: { typeName: string }) => `/${service.typeName}` },
    ]) {
      await open(options).unary(get, undefined, undefined, undefined, { id: "1" });
    }
    expect(paths).toEqual([
      "/a/b/search?id=1",
      "/a/p/q/search?id=1",
      "/p/search?id=1",
      "/library.Library/search?id=1",
    ]);
  });

  it("sends the deadline only where no browser is", async () => {
    const seen: unknown[] = [];
    // What is left of it by then, in whole seconds.
    const secondsOf = (timeout = "") => Math.ceil(Number(timeout.replace(/m$/, "")) / 1000);
    const { url } = await serve((request, response) => {
      seen.push(secondsOf(request.headers["grpc-timeout"]?.toString()));
      answer(response, {});
    });
    await open({ baseUrl: url, defaultTimeoutMs: 4000 }).unary(get, undefined, undefined, undefined, {});
    await open({ baseUrl: url, defaultTimeoutMs: 4000 }).unary(get, undefined, 2500, undefined, {});
    await open({ baseUrl: url }).unary(get, undefined, undefined, undefined, {});
    expect(seen).toEqual(name === "fetch elsewhere" ? [0, 0, 0] : [4, 3, 0]);
  });

  it("keeps the deadline, and ends the exchange", async () => {
    let gone: Promise<unknown> | undefined;
    const { url } = await serve((request) => {
      gone = new Promise((resolve) => request.socket.on("close", resolve));
    });
    const error = await failureOf(open({ baseUrl: url }).unary(get, undefined, 80, undefined, {}));
    expect(error.code).toBe(Code.DeadlineExceeded);
    await gone;
  });

  it("ends with the caller's signal, before, during and while the answer is read", async () => {
    const reached: (() => void)[] = [];
    const { url } = await serve((request, response) => {
      if (request.url === "/search?id=read") {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"id":');
      }
      for (const one of reached) one();
    });
    const transport = open({ baseUrl: url });
    const early = await failureOf(
      transport.unary(get, AbortSignal.abort(new Error("no")), undefined, undefined, {}),
    );
    expect([early.code, early.rawMessage, factsOf(early).delivery]).toEqual([
      Code.Canceled,
      "no",
      "not_sent",
    ]);
    for (const id of ["wait", "read"]) {
      const controller = new AbortController();
      reached[0] = () => setImmediate(() => controller.abort(new Error("enough")));
      const error = await failureOf(transport.unary(get, controller.signal, undefined, undefined, { id }));
      expect([error.code, error.rawMessage]).toEqual([Code.Canceled, "enough"]);
    }
  });

  it("holds readMaxBytes after decompression", async () => {
    const body = JSON.stringify({ id: "x".repeat(100_000) });
    const { url } = await serve((request, response) => {
      const status = request.url === "/search" ? 200 : 500;
      response.writeHead(status, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync(body));
    });
    const { message } = await open({ baseUrl: url, readMaxBytes: body.length }).unary(
      get,
      undefined,
      undefined,
      undefined,
      {},
    );
    expect(Reflect.get(message, "id")).toHaveLength(100_000);
    for (const [id, code] of [
      ["", Code.ResourceExhausted],
      ["fails", Code.Internal],
    ] as const) {
      const error = await failureOf(
        open({ baseUrl: url, readMaxBytes: 50_000 }).unary(get, undefined, undefined, undefined, { id }),
      );
      expect(error.code).toBe(code);
    }
  });

  it("gives the connection of a redirect back, however long its page is", async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(302, { location: "https://other.test/" }).end("x".repeat(300_000));
    });
    await leavesNothing(async () => {
      const { unary } = open({ baseUrl: url });
      for (let call = 0; call < 5; call++) {
        const redirected = unary(unaryMethodOf("Search"), undefined, 5_000, undefined, book());
        await expect(redirected).rejects.toThrow(/redirects/);
      }
    });
  });

  it("does not follow redirects", async () => {
    let calls = 0;
    const { url } = await serve((_, response) => {
      calls++;
      response.writeHead(307, { location: "https://other.test/steal?x=1" });
      response.end();
    });
    const error = await failureOf(
      open({ baseUrl: url }).unary(put, undefined, undefined, undefined, { id: "1" }),
    );
    expect(error.rawMessage).toContain("the server redirects to https://other.test, which is not followed");
    expect(calls).toBe(1);
  });

  it("reads a HEAD's answer", async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(request.url === "/head/1" ? 200 : 404, { "content-type": "application/json" });
      response.end();
    });
    const transport = open({ baseUrl: url });
    await transport.unary(unaryMethodOf("Head"), undefined, undefined, undefined, { id: "1" });
    const error = await failureOf(
      transport.unary(unaryMethodOf("Head"), undefined, undefined, undefined, { id: "2" }),
    );
    expect(error.code).toBe(Code.NotFound);
  });

  it("says what an answer was that is no HTTP", async () => {
    const { url } = await serve((request) => {
      request.socket.end("HTTP/1.1 200 OK\r\ngrpc-metadata-raw-bin: \u0001\u0002\r\n\r\n{}");
    });
    const error = await failureOf(open({ baseUrl: url }).unary(get, undefined, undefined, undefined, {}));
    expect(error.code).toBe(Code.Internal);
    expect(error.rawMessage).toContain(`${new URL(url).host} did not answer in valid HTTP/1.1`);
  });

  it("says that nobody is there", async () => {
    const { url } = await serve(() => {});
    for (const end of cleanup.splice(0)) await end();
    const error = await failureOf(open({ baseUrl: url }).unary(get, undefined, undefined, undefined, {}));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.rawMessage).toContain(`no connection to ${new URL(url).host}`);
    expect(error.rawMessage).toContain("ECONNREFUSED");
  });
});

describe("the transport", () => {
  it("gives interceptors the rule's path, and sends what they leave", async () => {
    const seen: unknown[] = [];
    const interceptor: Interceptor = (next) => async (request) => {
      seen.push([request.requestMethod, request.url, request.service.typeName]);
      request.header.set("mine", "1");
      const response = await next(
        request.stream ? request : { ...request, message: book({ id: "2", name: "n" }) },
      );
      seen.push(response.header.get("x-a"));
      return response;
    };
    const { transport, requests } = answering(
      { header: { "content-type": "application/json", "x-a": "b" }, body: "{}" },
      { interceptors: [interceptor] },
    );
    await transport.unary(unaryMethodOf("Put"), undefined, undefined, undefined, { id: "1" });
    expect(seen).toEqual([["PUT", "https://server.test/books/{id}", "library.Library"], "b"]);
    expect(requests).toMatchObject([{ url: "https://server.test/books/2", fields: { mine: "1" } }]);
    expect(new TextDecoder().decode(requests[0]?.body)).toBe('{"name":"n"}');
  });

  it("prefixes what is not HTTP's own where it is told", async () => {
    const { transport, requests } = answering(json({}), { headerPrefix: "Grpc-Metadata-" });
    await transport.unary(
      unaryMethodOf("Search"),
      undefined,
      undefined,
      { mine: "1", authorization: "a" },
      {},
    );
    expect(requests[0]?.fields).toEqual({
      "grpc-metadata-mine": "1",
      authorization: "a",
      accept: "application/json",
    });
  });

  it("sends a body only where the rule has one", async () => {
    const { transport, requests } = answering(json("null"));
    await transport
      .unary(unaryMethodOf("Head"), undefined, undefined, undefined, { id: "1" })
      .catch(() => {});
    await transport.unary(unaryMethodOf("SetSold"), undefined, undefined, undefined, { id: "1" });
    expect(requests.map(({ body, fields }) => [body, fields["content-type"]])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it("sends nothing that it refuses", async () => {
    const { transport, requests } = answering(json({}), { writeMaxBytes: 10 });
    const calls: [string, Record<string, unknown>, Code][] = [
      ["Unannotated", {}, Code.Unimplemented],
      ["Put", { id: ".." }, Code.InvalidArgument],
      ["Put", { id: "1", name: "x".repeat(20) }, Code.ResourceExhausted],
    ];
    for (const [name, fields, code] of calls) {
      const error = await failureOf(
        transport.unary(unaryMethodOf(name), undefined, undefined, undefined, fields),
      );
      expect([error.code, factsOf(error).delivery]).toEqual([code, "not_sent"]);
    }
    expect(requests).toEqual([]);
  });

  it("serves every method of a service, and reads its rules once", async () => {
    const { transport, requests } = answering(json({}));
    await transport.unary(unaryMethodOf("Put"), undefined, undefined, undefined, { id: "1" });
    const method = Library.methods.find(({ name }) => name === "Put");
    // Where the rules are read again, this would have no effect; where they are kept, neither does it.
    const options = method?.proto.options;
    if (options) delete options.$unknown;
    await transport.unary(unaryMethodOf("Put"), undefined, undefined, undefined, { id: "2" });
    expect(requests.map(({ url }) => url)).toEqual([
      "https://server.test/books/1",
      "https://server.test/books/2",
    ]);
  });
});
