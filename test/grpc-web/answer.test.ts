import { describe, expect, test } from "vitest";
import { type CannedAnswer, canned, frame, message, trailers } from "./peer.js";

const grpcWeb = { "content-type": "application/grpc-web+proto" };
const ok = trailers("grpc-status: 0\r\n");

const successes: Record<string, CannedAnswer> = {
  "message and trailers": { body: [message("hi"), ok] },
  "content type without a format": {
    header: { "content-type": "application/grpc-web" },
    body: [message("hi"), ok],
  },
  "content type with a parameter": {
    header: { "content-type": "application/grpc-web+proto; charset=utf-8" },
    body: [message("hi"), ok],
  },
  "another status of the 200s": { status: 201, body: [message("hi"), ok] },
  "trailers that end lines with LF, without spaces": { body: [message("hi"), trailers("grpc-status:0\n")] },
  "the status in the headers only": { header: { ...grpcWeb, "grpc-status": "0" }, body: [message("hi")] },
  "the status in the headers, an empty trailer frame behind the message": {
    header: { ...grpcWeb, "grpc-status": "0" },
    body: [message("hi"), trailers("")],
  },
  "an empty trailer frame behind the trailers": { body: [message("hi"), ok, trailers("")] },
  "trailers that are no header fields among them": {
    body: [message("hi"), trailers("nonsense\r\n: x\r\nb d: x\r\ngrpc-status: 0\r\n")],
  },
};

describe("an answer with", () => {
  test.each(Object.entries(successes))("%s is read", async (_, answer) => {
    expect((await canned(answer).client.say({})).value).toBe("hi");
  });

  test("a message of no bytes is an empty message", async () => {
    expect((await canned({ body: [frame(0, ""), ok] }).client.say({})).value).toBe("");
  });

  test("metadata in headers and trailers hands both to the caller", async () => {
    const { client } = canned({
      header: [...Object.entries(grpcWeb), ["x-head", "1"], ["x-head", "2"]],
      body: [message("hi"), trailers("grpc-status: 0\r\nX-Tail: 3\r\nx-tail: 4\r\nx-tail-bin: AAE\r\n")],
    });
    const seen: Record<string, Headers> = {};
    await client.say(
      {},
      {
        onHeader: (header) => {
          seen.header = header;
        },
        onTrailer: (trailer) => {
          seen.trailer = trailer;
        },
      },
    );
    expect(seen.header?.get("x-head")).toBe("1, 2");
    expect(Object.fromEntries(seen.trailer ?? [])).toEqual({
      "grpc-status": "0",
      "x-tail": "3, 4",
      "x-tail-bin": "AAE",
    });
  });
});
