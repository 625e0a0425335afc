import { ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import { createResendClient } from "../../src/node/index.js";
import { ANSWER_TYPE, goodAnswer, PEER_WIRES, type PeerAnswer, type PeerWire } from "./answers.js";
import { answering, startPeer } from "./awkward-peer.js";
import { WIRE_OPTIONS } from "./wire-options.js";

/** Text that may stand in a header. */
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
});

/** What a status says, in fields or in JSON; now and then as a server would. */
const grpcStatus = fc.record(
  {
    "grpc-status": fc.oneof(fc.integer({ min: -1, max: 20 }).map(String), headerText),
    "grpc-message": fc.oneof(fc.string().map(encodeURIComponent), headerText),
    "grpc-status-details-bin": fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("base64")),
      headerText,
    ),
  },
  { requiredKeys: [] },
);
const jsonStatus = fc
  .record({ code: fc.jsonValue(), message: fc.jsonValue(), details: fc.jsonValue() }, { requiredKeys: [] })
  .map((status) => Buffer.from(JSON.stringify(status)));

/** Any bytes; or a good answer's that are cut short, changed in one place, or sent twice. */
function body(wire: PeerWire): fc.Arbitrary<Uint8Array> {
  const good = Buffer.from(goodAnswer(wire).body ?? "");
  const at = fc.nat(good.length - 1);
  return fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    at.map((length) => good.subarray(0, length)),
    fc.tuple(at, fc.nat(255)).map(([index, byte]) => good.map((old, i) => (i === index ? byte : old))),
    fc.constant(Buffer.concat([good, good])),
    wire === "REST" ? jsonStatus : fc.constant(good),
  );
}

function answer(wire: PeerWire): fc.Arbitrary<PeerAnswer> {
  const contentType = fc.oneof(
    { weight: 5, arbitrary: fc.constant(ANSWER_TYPE[wire]) },
    { weight: 1, arbitrary: headerText },
  );
  const status = fc.oneof(
    { weight: 3, arbitrary: fc.constant(200) },
    {
      weight: 2,
      arbitrary: fc.integer({ min: 201, max: 599 }).filter((code) => code !== 204 && code !== 304),
    },
  );
  const trailer = fc.option(grpcStatus, { nil: undefined });
  return fc
    .tuple(status, contentType, grpcStatus, body(wire), trailer)
    .map(([code, type, fields, bytes, last]) => ({
      status: code,
      header: { "content-type": type, "x-filler": "1", ...(wire === "REST" ? {} : fields) },
      body: bytes,
      ...(last !== undefined && { trailer: last }),
    }));
}

// No answer takes a call beyond its deadline, makes it throw anything but a
// ConnectError, or leaves that without an explanation.
describe.each(PEER_WIRES)("%s, whatever the peer answers", (wire) => {
  test("succeeds or fails with a ConnectError, at once", async () => {
    let next = goodAnswer(wire);
    const peer = { name: "anything", outcome: {}, ...answering(() => next) };
    await using server = await startPeer(peer, wire);
    await using client = createResendClient({
      ...WIRE_OPTIONS[wire],
      baseUrl: server?.url ?? "",
      retry: false,
      timeoutMs: 60_000,
    });
    await fc.assert(
      fc.asyncProperty(answer(wire), async (candidate) => {
        next = candidate;
        try {
          await client.resendHumanInitialization({ userId: "1" });
        } catch (error) {
          expect(error).toBeInstanceOf(ConnectError);
          expect(explainError(error).hint).not.toBe("");
        }
      }),
      // Long before the deadline: a call that waits for that fails the test.
      { numRuns: 300, timeout: 5_000 },
    );
  });
});
