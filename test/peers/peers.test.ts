import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import { createResendClient, type ResendClientOptions } from "../../src/node/index.js";
import { answerPeers } from "./answer.peers.js";
import { PEER_WIRES, RESOURCE_OWNER } from "./answers.js";
import { type AwkwardPeer, type Outcome, startPeer } from "./awkward-peer.js";
import { connectionPeers } from "./connection.peers.js";
import { http2Peers } from "./http2.peers.js";
import { leavesNothing } from "./leaks.js";
import { proxyPeers } from "./proxy.peers.js";
import { socketPeer } from "./socket-peer.js";
import { WIRE_OPTIONS } from "./wire-options.js";

/** What comes of one call, in the words of an {@link Outcome}. */
async function outcomeOf(options: ResendClientOptions, calls: number): Promise<Outcome[]> {
  await using client = createResendClient(options);
  const outcomes: Outcome[] = [];
  for (let n = 0; n < calls; n++) {
    try {
      const { details } = await client.resendHumanInitialization({ userId: "1" });
      outcomes.push(
        details?.resourceOwner === RESOURCE_OWNER ? "answer" : ["Unknown", "unknown", "maybe_sent"],
      );
    } catch (error) {
      const { code, reason, delivery } = explainError(error);
      outcomes.push([codeName(code), reason, delivery]);
    }
  }
  return outcomes;
}

function codeName(code: Code): keyof typeof Code {
  const name = Object.keys(Code).find((key) => Reflect.get(Code, key) === code);
  return isCodeName(name) ? name : "Unknown";
}

function isCodeName(name: unknown): name is keyof typeof Code {
  return typeof name === "string" && name in Code;
}

// Retries are off: the table shows what one attempt comes to. The deadline is
// far away: who reports another error than DeadlineExceeded has not waited for it.
const common = { retry: false, timeoutMs: 10_000 } as const;

const peers: readonly AwkwardPeer[] = [...connectionPeers, ...http2Peers, ...answerPeers, ...proxyPeers];

describe.each(PEER_WIRES)("%s meets a peer that sends", (wire) => {
  const met = peers.flatMap((peer) => {
    const outcome = peer.outcome[wire];
    return outcome === undefined ? [] : [{ peer, name: peer.name, outcome }];
  });

  test.each(met)("$name", async ({ peer, outcome }) => {
    const { calls = 1 } = peer;
    const outcomes = await leavesNothing(async () => {
      await using server = await startPeer(peer, wire);
      if (server === undefined) throw new Error(`no script for ${wire}`);
      return await outcomeOf(
        { ...common, ...peer.options, ...WIRE_OPTIONS[wire], baseUrl: server.url },
        calls,
      );
    });
    expect(outcomes, JSON.stringify(outcomes)).toEqual(Array.from({ length: calls }, () => outcome));
  });

  test("nothing: it refuses connections", async () => {
    const outcomes = await leavesNothing(async () => {
      const gone = await socketPeer(() => {});
      await gone.close();
      return await outcomeOf({ ...common, ...WIRE_OPTIONS[wire], baseUrl: gone.url }, 1);
    });
    expect(outcomes).toEqual([["Unavailable", "unreachable", "not_sent"]]);
  });
});
