import { execFile } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { Code } from "@connectrpc/connect";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import type { HttpResponse } from "../../src/http/client.js";
import { caught } from "../auth/caught.js";
import { type Http1Connection, type Http1Script, http1Peer } from "../peers/http1-peer.js";
import { until } from "../suite/until.js";
import { answers, text, withPeer } from "./undici-peer.js";

/** undici's own clock, which it keeps for limits of more than a second. */
const undiciClock: { tick(delayMs: number): void } = createRequire(import.meta.url)(
  "undici/lib/util/timers.js",
);

/** Lets time pass in undici: its limits are 300 seconds each. A timer begins with the first tick. */
function passInUndici(ms: number): void {
  undiciClock.tick(1000);
  undiciClock.tick(ms);
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

test("what comes behind the body is its trailer", async () => {
  await using client = await withPeer(async (connection) => {
    await connection.nextRequest();
    connection.write(
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: grpc-trailer-a\r\n\r\n2\r\nok\r\n0\r\ngrpc-trailer-a: 1\r\n\r\n",
    );
  });
  const response = await client.post();
  expect(text(await response.bytes(10))).toBe("ok");
  expect(Object.fromEntries(response.trailer ?? [])).toEqual({ "grpc-trailer-a": "1" });
});

describe("HTTP on Node", () => {
  test("sends method, path, fields and body, and gives status, fields and body", async () => {
    const seen: unknown[] = [];
    await using client = await withPeer(async (connection) => {
      const request = await connection.nextRequest();
      seen.push(request?.method, request?.target, request?.header, request?.body.toString());
      connection.write("HTTP/1.1 418 Teapot\r\nContent-Length: 2\r\nX-Twice: 1\r\nx-twice: 2\r\n\r\nhi");
    });
    const response = await client.post({ fields: { authorization: "Bearer x" } });
    expect(seen).toMatchObject([
      "POST",
      "/path?q=1",
      {
        authorization: "Bearer x",
        "user-agent": "zitadel-resend",
        "accept-encoding": "gzip",
        "content-length": "4",
      },
      "body",
    ]);
    expect([response.status, response.field("x-twice"), response.field("x-none")]).toEqual([
      418,
      "1, 2",
      null,
    ]);
    expect([response.header.get("x-twice"), response.header]).toEqual(["1, 2", response.header]);
    expect(text(await response.bytes(2))).toBe("hi");
  });

  test("keeps its connections, and sends no request twice when one is closed", async () => {
    let requests = 0;
    await using client = await withPeer(async (connection) => {
      while (await connection.nextRequest()) {
        if (++requests === 11) return connection.destroy();
        connection.answer(200, {}, "ok");
      }
    });
    for (let n = 0; n < 10; n++) await (await client.post()).bytes(10);
    // undici rests a connection for a turn of the event loop, so that two of them take turns.
    expect(client.peer.accepted).toBeLessThanOrEqual(2);
    await expect(client.post()).rejects.toThrow();
    expect(requests).toBe(11);
    expect(text(await (await client.post()).bytes(10))).toBe("ok");
    expect(requests).toBe(12);
  });

  test("waits for an answer as long as its caller does, longer than undici would", async () => {
    const parts: (() => void)[] = [];
    await using client = await withPeer(async (connection) => {
      await connection.nextRequest();
      parts.push(
        () => connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no"),
        () => connection.write("k"),
      );
    });
    const call = client.post();
    await until("the request", () => parts.length > 0);
    passInUndici(400_000);
    parts[0]?.();
    const response = await call;
    const body = response.bytes(2);
    passInUndici(400_000);
    parts[1]?.();
    expect(text(await body)).toBe("ok");
  });

  test("opens 100 connections at most; the 101st call waits", async () => {
    const waiting: Http1Connection[] = [];
    await using client = await withPeer(async (connection) => {
      while (await connection.nextRequest()) waiting.push(connection);
    });
    const calls = Array.from({ length: 101 }, async () => text(await (await client.post()).bytes(10)));
    await until("100 requests", () => waiting.length === 100);
    expect(client.peer.accepted).toBe(100);
    for (const connection of waiting.splice(0)) connection.answer(200, {}, "ok");
    await until("the last request", () => waiting.length === 1);
    waiting[0]?.answer(200, {}, "ok");
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["ok"]));
    expect(client.peer.accepted).toBe(100);
  });

  test("refuses a body over the limit, and leaves the connection", async () => {
    await using client = await withPeer(async (connection) => {
      await connection.nextRequest();
      connection.head(200, { "content-length": "1000000000" });
      await pour(connection, 1_000_000_000);
    });
    const error = await caught(async () => (await client.post()).bytes(100_000));
    expect(error.code).toBe(Code.ResourceExhausted);
    await client.gone();
  });

  test("stops reading while nobody takes what came, and leaves when the reader does", async () => {
    let connection: Http1Connection | undefined;
    await using client = await withPeer(async (accepted) => {
      connection = accepted;
      await accepted.nextRequest();
      accepted.head(200, { "content-length": "1000000000" });
      await pour(accepted, 1_000_000_000);
    });
    const response = await client.post();
    let written = -1;
    await until("the peer to stop writing", () => {
      const before = written;
      written = connection?.socket.bytesWritten ?? 0;
      return written > 0 && written === before;
    });
    // What the kernel buffers of both ends hold, and a little more.
    expect(written).toBeLessThan(50_000_000);
    for await (const chunk of response.chunks()) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    await client.gone();
  });

  const readers: [string, (response: HttpResponse) => Promise<Uint8Array>][] = [
    ["bytes", (response) => response.bytes(100_000)],
    [
      "chunks",
      async (response) => {
        const parts: Uint8Array[] = [];
        for await (const part of response.chunks()) parts.push(part);
        return Buffer.concat(parts);
      },
    ],
  ];

  test.each(readers)("unpacks gzip for %s", async (_, read) => {
    const large = "large ".repeat(10_000);
    await using client = await withPeer(answers({ "content-encoding": "gzip" }, gzipSync(large)));
    expect(text(await read(await client.post()))).toBe(large);
    await using plain = await withPeer(answers({ "content-encoding": "identity" }, large));
    expect(text(await read(await plain.post()))).toBe(large);
  });

  test.each(readers)(
    "fails on an encoding that it did not ask for, and on broken gzip, for %s",
    async (_, read) => {
      await using client = await withPeer(answers({ "content-encoding": "br" }, "x"));
      const error = await caught(async () => read(await client.post()));
      expect([error.code, error.rawMessage]).toEqual([Code.Internal, "the answer has content-encoding br"]);
      await using broken = await withPeer(
        answers({ "content-encoding": "gzip" }, gzipSync("x".repeat(100)).subarray(0, 20)),
      );
      await expect(broken.post().then(read)).rejects.toThrow();
    },
  );

  test("counts the limit after unpacking", async () => {
    const bomb = gzipSync(Buffer.alloc(100_001));
    await using client = await withPeer(answers({ "content-encoding": "gzip" }, bomb));
    expect((await caught(async () => (await client.post()).bytes(100_000))).code).toBe(
      Code.ResourceExhausted,
    );
    expect((await (await client.post()).bytes(100_001)).byteLength).toBe(100_001);
  });

  test("does not ask for gzip where that is turned off", async () => {
    const seen: unknown[] = [];
    const script: Http1Script = async (connection) => {
      seen.push((await connection.nextRequest())?.header["accept-encoding"]);
      connection.answer(200, {}, "ok");
    };
    await using client = await withPeer(script, { acceptCompression: [] });
    await client.post();
    expect(seen).toEqual([undefined]);
  });
});

test("a process with an idle connection can exit without closing it, and undici is loaded by the first request", async () => {
  await using peer = await http1Peer(answers({}, "ok"));
  const script = `
    import { createRequire } from "node:module";
    import { undiciClient } from "./src/http/node/undici-client.ts";
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes("/undici/"));
    const { http } = undiciClient({});
    const before = loaded();
    const response = await http({ method: "GET", url: process.argv[1], fields: {} });
    console.log(before, loaded(), new TextDecoder().decode(await response.bytes(10)));`;
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    write: false,
  });
  const code = outputFiles[0]?.text ?? "";
  // It would hang here until the test's time is over.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", code, `${peer.url}/`],
    { cwd: ROOT },
  );
  expect(stdout.trim()).toBe("false true ok");
});

/** Writes until the other side goes away. */
async function pour({ socket }: Http1Connection, size: number): Promise<void> {
  const chunk = Buffer.alloc(64 * 1024);
  for (let written = 0; written < size && !socket.destroyed; written += chunk.byteLength) {
    if (socket.write(chunk)) continue;
    await Promise.race([once(socket, "drain"), once(socket, "close")]).catch(() => {});
  }
}
