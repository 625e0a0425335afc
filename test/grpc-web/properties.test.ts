import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HttpClient } from "../../src/http/client.js";
import { HttpExchange } from "../../src/http/node/exchange.js";
import { caught } from "../auth/caught.js";
import { canned, frame, message, trailers } from "./peer.js";

const grpcWeb = { "content-type": "application/grpc-web+proto" };

/** Cuts bytes at the given places. */
function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

/** HTTP as on Node, without a network: pieces come one by one, as a socket has them. */
function onNode(pieces: readonly Uint8Array[], header: Record<string, string> = grpcWeb) {
  const taken = { bytes: 0, aborted: false };
  const http: HttpClient = ({ signal }) =>
    new Promise((resolve, reject) => {
      const exchange = new HttpExchange(signal, resolve, reject);
      let paused = false;
      let next = 0;
      const pump = () => {
        while (!paused && !taken.aborted && next < pieces.length) {
          const piece = pieces[next++] ?? new Uint8Array();
          taken.bytes += piece.byteLength;
          exchange.data(piece);
        }
        if (!taken.aborted && next === pieces.length) exchange.end();
      };
      exchange.start({
        abort: (error) => {
          taken.aborted = true;
          exchange.fail(error);
        },
        pause: () => {
          paused = true;
        },
        resume: () => {
          if (!paused) return;
          paused = false;
          queueMicrotask(pump);
        },
      });
      exchange.head(200, header);
      queueMicrotask(pump);
    });
  return { taken, http };
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((data) => Buffer.from(data));

describe("an answer cut into pieces anywhere", () => {
  test("reads the same, in pages and on Node", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), cuts, async (text, places) => {
        const body = Buffer.concat([message(text), trailers("grpc-status: 0\r\nx-tail: 1\r\n")]);
        const pieces = split(body, places);
        expect((await canned({ body: pieces }).client.say({})).value).toBe(text);
        expect((await canned({}, { http: onNode(pieces).http }).client.say({})).value).toBe(text);
      }),
    );
  });

  test("streams the same messages, and the same error at the end", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), cuts, async (texts, places) => {
        const body = Buffer.concat([
          ...texts.map(message),
          trailers("grpc-status: 9\r\ngrpc-message: end\r\n"),
        ]);
        for (const options of [{}, { http: onNode(split(body, places)).http }]) {
          const { client } = canned({ body: split(body, places) }, options);
          const read: string[] = [];
          const error = await caught(async () => {
            for await (const { value } of client.list({})) read.push(value);
          });
          expect([read, error.rawMessage]).toEqual([texts, "end"]);
        }
      }),
    );
  });
});

/** Bytes that look like an answer here and there. */
const nearlyAnswers = fc
  .array(
    fc.oneof(
      bytes(40),
      fc.tuple(fc.nat(255), bytes(40)).map(([flags, data]) => frame(flags, data)),
      fc.tuple(fc.constantFrom(0, 1, 128, 129), bytes(40), fc.nat(0xffffffff)).map((args) => frame(...args)),
      fc.string().map(message),
      fc.string({ unit: "binary" }).map(trailers),
      fc
        .tuple(fc.string(), fc.string())
        .map(([name, value]) => trailers(`${name}: ${value}\r\ngrpc-status: 9\r\n`)),
      fc.constantFrom(trailers("grpc-status: 0\r\n"), trailers("")),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts));

const nearlyHeaders = fc.dictionary(
  fc.constantFrom(
    "grpc-status",
    "grpc-message",
    "grpc-status-details-bin",
    "grpc-encoding",
    "content-type",
    "location",
  ),
  fc
    .oneof(fc.constantFrom("0", "9", "gzip", "application/grpc-web", "text/html", "%C3%28"), fc.string())
    .map((value) => value.replace(/[^\x20-\x7e]/g, "?").trim()),
);

describe("any answer at all", () => {
  test("is a message or a ConnectError, and never more is read than may be", async () => {
    const maxBytes = 64;
    await fc.assert(
      fc.asyncProperty(nearlyAnswers, nearlyHeaders, cuts, async (body, header, places) => {
        const pieces = split(body, places);
        const { http, taken } = onNode(pieces, { ...grpcWeb, ...header });
        const { client } = canned({}, { http, readMaxBytes: maxBytes });
        const said = await client.say({}).catch(async (error) => caught(() => Promise.reject(error)));
        if ("value" in said) expect(Buffer.byteLength(said.value)).toBeLessThanOrEqual(maxBytes);
        const longest = Math.max(0, ...pieces.map(({ byteLength }) => byteLength));
        expect(taken.bytes).toBeLessThanOrEqual(maxBytes + 64 * 1024 + longest);
      }),
      { numRuns: 500 },
    );
  });

  test("streams messages, then ends or fails with a ConnectError", async () => {
    await fc.assert(
      fc.asyncProperty(nearlyAnswers, nearlyHeaders, cuts, async (body, header, places) => {
        const { http } = onNode(split(body, places), { ...grpcWeb, ...header });
        const { client } = canned({}, { http, readMaxBytes: 64 });
        const read = async () => {
          for await (const { value } of client.list({})) expect(typeof value).toBe("string");
        };
        await read().catch((error) => caught(() => Promise.reject(error)));
      }),
      { numRuns: 500 },
    );
  });

  test("that never ends is left when the limit is reached", async () => {
    const endless = frame(0, Buffer.alloc(1), 0);
    for (const pieces of [Array(100_000).fill(endless), Array(100_000).fill(Buffer.alloc(10, 0x80))]) {
      const { http, taken } = onNode(pieces);
      await caught(() => canned({}, { http, readMaxBytes: 1000 }).client.say({}));
      expect(taken.aborted).toBe(true);
      expect(taken.bytes).toBeLessThan(70_000);
    }
  });
});
