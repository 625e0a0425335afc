import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { Stop } from "../../src/call/stop.js";
import { caught } from "../auth/caught.js";
import type { Http1Connection } from "../peers/http1-peer.js";
import { leavesNothing } from "../peers/leaks.js";
import { until } from "../suite/until.js";
import { withPeer } from "./undici-peer.js";

describe("a signal ends an exchange on Node", () => {
  const reason = new Error("changed my mind");

  test("before it begins, and nothing is connected", async () => {
    await using client = await withPeer(() => {});
    await expect(client.post({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(client.peer.accepted).toBe(0);
  });

  test("while it waits for a connection, and nothing is sent", async () => {
    const waiting: Http1Connection[] = [];
    const bodies: string[] = [];
    await using client = await withPeer(async (connection) => {
      for (;;) {
        const request = await connection.nextRequest();
        if (request === undefined) return;
        bodies.push(request.header["x-name"] ?? "");
        if (bodies.length <= 100) waiting.push(connection);
        else connection.answer(200, {}, "ok");
      }
    });
    const named = (name: string, signal?: AbortSignal) =>
      client
        .post({ fields: { "x-name": name }, ...(signal && { signal }) })
        .then((response) => response.bytes(10));
    const held = Array.from({ length: 100 }, () => named("held"));
    await until("100 requests", () => waiting.length === 100);
    const controller = new AbortController();
    const call = named("aborted", controller.signal);
    const last = named("last");
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    for (const connection of waiting) connection.answer(200, {}, "ok");
    await Promise.all([...held, last]);
    expect(bodies.slice(100)).toEqual(["last"]);
  });

  test("that knows whether anything has left: nothing from the queue", async () => {
    let received = 0;
    await using client = await withPeer(async (connection) => {
      await connection.nextRequest();
      received++;
    });
    const stops = Array.from({ length: 101 }, () => new Stop());
    const calls = stops.map((signal) => client.post({ signal }).catch(() => {}));
    await until("100 requests", () => received === 100);
    expect(stops.map(({ hasSent }) => hasSent)).toEqual([...Array(100).fill(true), false]);
    for (const stop of stops) stop.abort(reason);
    await Promise.all(calls);
  });

  test.each([
    ["while it waits for the answer", ""],
    ["in the middle of the head", "HTTP/1.1 200 OK\r\ncontent-"],
    ["in the middle of the body", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"],
  ])("%s, and its connection is closed", async (_, start) => {
    let received = false;
    await using client = await withPeer(async (connection) => {
      await connection.nextRequest();
      connection.write(start);
      received = true;
    });
    const controller = new AbortController();
    const call = client.post({ signal: controller.signal }).then((response) => response.bytes(10));
    await until("the request", () => received);
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await client.gone();
  });

  test("and leaves no listener on a signal that outlives it", async () => {
    const added = new Set<unknown>();
    const signal = Object.assign(new AbortController().signal, {
      addEventListener: (_: string, listener: unknown) => added.add(listener),
      removeEventListener: (_: string, listener: unknown) => added.delete(listener),
    });
    let requests = 0;
    await using client = await withPeer(async (connection) => {
      while (await connection.nextRequest()) {
        if (++requests === 2) connection.destroy();
        else connection.answer(200, {}, "ok");
      }
    });
    await (await client.post({ signal })).bytes(10);
    await expect(client.post({ signal })).rejects.toThrow();
    expect(added.size).toBe(0);
  });
});

describe("closing HTTP on Node", () => {
  test("ends what is under way, refuses what comes, and leaves nothing", async () => {
    await leavesNothing(async () => {
      await using client = await withPeer(async (connection) => void (await connection.nextRequest()));
      const call = caught(() => client.post());
      await until("a connection", () => client.peer.accepted === 1);
      await client.close();
      expect(await call).toMatchObject({
        code: Code.Canceled,
        rawMessage: "the connections were closed during the call",
      });
      expect((await caught(() => client.post())).rawMessage).toBe(
        "the connections were closed before the call",
      );
      await client.close();
    });
  });

  test("while undici is being loaded lets no connection come up", async () => {
    await using client = await withPeer(() => {});
    const call = caught(() => client.post());
    await client.close();
    expect((await call).code).toBe(Code.Canceled);
    expect(client.peer.accepted).toBe(0);
  });
});
