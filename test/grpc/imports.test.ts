import { expect, test, vi } from "vitest";
import { createResendClient } from "../../src/node/index.js";
import { goodAnswer, type PeerWire } from "../peers/answers.js";
import { answering, startPeer } from "../peers/awkward-peer.js";
import { WIRE_OPTIONS } from "../peers/wire-options.js";
import { textClient } from "./text-client.js";

const loaded = vi.fn();
vi.mock("@connectrpc/connect-node", async (importOriginal) => {
  loaded();
  return await importOriginal();
});

test.each(["gRPC", "gRPC-web on HTTP/2"] as const)(
  "unary calls over %s never load connect-node",
  async (wire: PeerWire) => {
    await using peer = await startPeer({ name: "good", outcome: {}, ...answering(goodAnswer) }, wire);
    await using client = createResendClient({ ...WIRE_OPTIONS[wire], baseUrl: peer?.url ?? "" });
    await client.resendHumanInitialization({ userId: "1" });
    expect(loaded).not.toHaveBeenCalled();
  },
);

test("a stream does", async () => {
  await using client = textClient("http://127.0.0.1:1");
  await expect(async () => {
    for await (const _ of client.list({}));
  }).rejects.toThrow();
  expect(loaded).toHaveBeenCalled();
});
