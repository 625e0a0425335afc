import { explainError } from "../../src/errors/explain.js";
import type { ResendClient } from "../../src/node/index.js";

/** What a peer did, for one user after the other. */
export class AcceptedCalls {
  readonly #byUser = new Map<string, number>();

  /** Notes that a peer took a call for good: it would have sent a mail. */
  accept(userId: string): void {
    this.#byUser.set(userId, this.of(userId) + 1);
  }

  of(userId: string): number {
    return this.#byUser.get(userId) ?? 0;
  }
}

/** How a storm ended, in numbers of calls. */
export interface StormResult {
  readonly succeeded: number;
  readonly notSent: number;
  readonly maybeSent: number;
  /** Calls that say something else than what the peer saw. */
  readonly untrue: readonly string[];
}

/** Makes many calls, each for a user of its own, some at a time, and holds what they say against what arrived. */
export async function storm(
  client: ResendClient,
  accepted: AcceptedCalls,
  { calls, atOnce, prefix }: { calls: number; atOnce: number; prefix: string },
): Promise<StormResult> {
  let started = 0;
  let [succeeded, notSent, maybeSent] = [0, 0, 0];
  const untrue: string[] = [];
  const check = (userId: string, said: string, allowed: readonly number[]) => {
    const count = accepted.of(userId);
    if (!allowed.includes(count)) untrue.push(`${userId}: ${said}, accepted ${count} times`);
  };
  const worker = async () => {
    while (started < calls) {
      const userId = `${prefix}${started++}`;
      try {
        await client.resendHumanInitialization({ userId });
        succeeded++;
        check(userId, "succeeded", [1]);
      } catch (error) {
        const { reason, delivery } = explainError(error);
        if (delivery === "not_sent") notSent++;
        else maybeSent++;
        check(userId, `${reason}, ${delivery}`, delivery === "not_sent" ? [0] : [0, 1]);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { succeeded, notSent, maybeSent, untrue };
}

/** Numbers from 0 up to 1 that are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
