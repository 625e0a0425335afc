import { Code } from "@connectrpc/connect";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Stop } from "../../src/call/stop.js";
import { fetchClient } from "../../src/http/fetch-client.js";
import { quoteBody } from "../../src/transport/unexpected-answer.js";
import { caught } from "../auth/caught.js";

/** A client whose `fetch` gives one answer, and what became of its body. */
function answering(parts: readonly string[], init: ResponseInit & { endless?: boolean } = {}) {
  const body = { pulled: 0, canceled: false };
  const requests: Request[] = [];
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const part = parts[init.endless ? 0 : body.pulled];
        body.pulled++;
        if (part === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(part));
      },
      cancel() {
        body.canceled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const http = fetchClient(async (input, request) => {
    requests.push(new Request(input, request));
    return new Response(init.status === 204 ? null : stream, init);
  });
  const post = (signal?: Stop | AbortSignal) =>
    http({ method: "POST", url: "https://a.example/", fields: { a: "1" }, ...(signal && { signal }) });
  return { post, body, requests };
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("HTTP by fetch", () => {
  test("gives status, fields and body", async () => {
    const { post, requests } = answering(["a", "b"], {
      status: 418,
      headers: [
        ["x-a", "1"],
        ["x-a", "2"],
      ],
    });
    const response = await post();
    expect([response.status, response.field("x-a"), response.field("x-b")]).toEqual([418, "1, 2", null]);
    expect(response.header.get("x-a")).toBe("1, 2");
    expect(text(await response.bytes(2))).toBe("ab");
    expect([requests[0]?.method, requests[0]?.headers.get("a"), requests[0]?.redirect]).toEqual([
      "POST",
      "1",
      "manual",
    ]);
  });

  test("reads no body where there is none", async () => {
    const response = await answering([], { status: 204 }).post();
    expect((await response.bytes(0)).byteLength).toBe(0);
    for await (const _ of response.chunks()) expect.unreachable();
  });

  test("leaves a body at its limit, and when its reader leaves", async () => {
    const limited = answering(["x".repeat(100)], { endless: true });
    const error = await caught(async () => (await limited.post()).bytes(1000));
    expect([error.code, limited.body]).toEqual([Code.ResourceExhausted, { pulled: 11, canceled: true }]);
    const left = answering(["x"], { endless: true });
    for await (const chunk of (await left.post()).chunks()) {
      expect(text(chunk)).toBe("x");
      break;
    }
    expect(left.body).toEqual({ pulled: 1, canceled: true });
  });

  test("ends with its signal, of either kind", async () => {
    for (const signal of [new Stop(), AbortSignal.abort("gone")]) {
      const { post, requests } = answering(["x"]);
      await post(signal).catch(() => {});
      if (signal instanceof Stop) signal.abort("gone");
      expect([requests[0]?.signal.aborted, requests[0]?.signal.reason]).toEqual([true, "gone"]);
    }
  });
});

describe("a quote of a foreign answer", () => {
  const quoteOf = async (parts: readonly string[], init = {}) =>
    quoteBody(await answering(parts, init).post(), {});

  test.each([
    [
      "<html><head><script>if (a < b) alert()</script><style>p{}</style></head><body><h1>Bad\n gateway</h1>",
      "Bad gateway",
    ],
    ["<!-- <b>hidden</b> -->shown", "shown"],
    ["your Authorization: Bearer eyJhbGciOi.abc-_~+/= was wrong", "your Authorization: Bearer … was wrong"],
    ["a\u0000b\u001b[31mc\u200b\u202ed", "a b [31mc d"],
    ["", ""],
  ])("%j reads %j", async (body, quote) => {
    expect(await quoteOf([body])).toBe(quote);
  });

  test("is short, one line, and ends the exchange, whatever comes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "binary" })), async (parts) => {
        const quote = await quoteOf(parts);
        expect(quote.length).toBeLessThanOrEqual(201);
        expect(quote).not.toMatch(/[\p{Cc}\p{Cf}]|\s\s|<script/u);
      }),
    );
    const endless = answering(["<br>"], { endless: true });
    await quoteBody(await endless.post(), {});
    expect(endless.body.canceled).toBe(true);
  });
});

describe("Stop", () => {
  test("tells each listener once, and none that was removed", () => {
    const stop = new Stop();
    const heard: string[] = [];
    const removed = () => heard.push("removed");
    stop.addEventListener("abort", () => heard.push("function"));
    stop.addEventListener("abort", { handleEvent: () => heard.push("object") });
    stop.addEventListener("abort", removed);
    stop.removeEventListener("abort", removed);
    expect([stop.aborted, stop.reason]).toEqual([false, undefined]);
    stop.abort("first");
    stop.abort("second");
    expect([stop.aborted, stop.reason, heard]).toEqual([true, "first", ["function", "object"]]);
  });
});
