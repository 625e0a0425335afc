import { ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { expect, test } from "vitest";
import { H2_CODE } from "../peers/h2-frames.js";
import { type H2Connection, h2Peer } from "../peers/h2-peer.js";
import { textClient, textMessage } from "./text-client.js";

type Act = (connection: H2Connection, streamId: number) => unknown;

const token = fc.stringMatching(/^[a-z][a-z-]{0,8}$/);
const value = fc.oneof(
  fc.stringMatching(/^[!-~]{0,20}$/),
  fc.constantFrom("0", "5", "%", "gzip", "application/grpc"),
);
const fields = fc.dictionary(
  fc.oneof(
    token,
    fc.constantFrom("grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-encoding", "location"),
  ),
  value,
  { maxKeys: 4 },
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.constant(new Uint8Array(textMessage("hi"))),
  fc.nat(7).map((cut) => new Uint8Array(textMessage("hi").subarray(0, cut))),
);

const head = (statuses: readonly number[], endStream: boolean): fc.Arbitrary<Act> =>
  fc.tuple(fc.constantFrom(...statuses), fields, fc.boolean()).map(([status, more, isGrpc]): Act => {
    const type = isGrpc ? { "content-type": "application/grpc" } : {};
    return (connection, id) => connection.headers(id, { ":status": status, ...type, ...more }, { endStream });
  });
const data = (endStream: boolean): fc.Arbitrary<Act> =>
  bytes.map(
    (part): Act =>
      (connection, id) =>
        connection.data(id, part, { endStream }),
  );
const trailers = fields.map(
  (it): Act =>
    (connection, id) =>
      connection.trailers(id, it),
);
const reset = fc.constantFrom(...Object.values(H2_CODE)).map(
  (code): Act =>
    (connection, id) =>
      connection.reset(id, code),
);

const ANY_STATUS = [200, 200, 200, 301, 404, 502];
const maybe = (act: fc.Arbitrary<Act>) => fc.array(act, { maxLength: 1 });

/**
 * Anything that a peer may do with a stream, in an order that HTTP/2 allows. What it forbids is left out: over
 * some of that Node 20 aborts the process, by an assertion of nghttp2's (CVE-2026-27135), now and then.
 */
const acts: fc.Arbitrary<Act[]> = fc.oneof(
  maybe(reset),
  fc.tuple(maybe(head([103], false)), head(ANY_STATUS, true)).map(([early, last]) => [...early, last]),
  fc
    .tuple(
      maybe(head([103], false)),
      head(ANY_STATUS, false),
      fc.array(data(false), { maxLength: 3 }),
      maybe(fc.oneof(trailers, data(true), reset)),
    )
    .map(([early, first, parts, last]) => [...early, first, ...parts, ...last]),
);
const goaway: fc.Arbitrary<Act> = fc.tuple(fc.nat(3), fc.constantFrom(...Object.values(H2_CODE))).map(
  ([last, code]): Act =>
    (connection) =>
      connection.goaway(last, code),
);
const close: fc.Arbitrary<Act> = fc.constantFrom<Act>(
  (connection) => connection.end(),
  (connection) => connection.destroy(),
);

test("whatever a peer does, a call comes to an answer or a ConnectError", async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(acts, fc.option(goaway), close, async (answer, last, close) => {
      await using peer = await h2Peer(async (connection) => {
        const request = await connection.nextRequest();
        for (const act of [...answer, ...(last ? [last] : []), close]) {
          await act(connection, request?.streamId ?? 1);
        }
      });
      await using client = textClient(peer.url, { readMaxBytes: 100 });
      const outcome = await client.say({}, { timeoutMs: 100 }).then(
        () => "answer",
        (error: unknown) => error,
      );
      if (outcome !== "answer") expect(outcome).toBeInstanceOf(ConnectError);
      outcomes.add(outcome instanceof ConnectError ? String(outcome.code) : "answer");
    }),
    { numRuns: 200 },
  );
  // Else the property would be about nothing.
  expect(outcomes.size).toBeGreaterThan(3);
});
