import { create } from "@bufbuild/protobuf";
import { createContextValues } from "@connectrpc/connect";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { markSent, type StopSignal, timeLeft } from "../../src/call/stop.js";
import type { Unary } from "../../src/call/unary.js";

/** One attempt as the layer underneath sees it. */
export interface Attempt {
  readonly signal: StopSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly header: HeadersInit | undefined;
}

/** What becomes of an attempt. */
export type Step = (attempt: Attempt) => unknown;

/**
 * The bottom of a stack of layers: does for each attempt what the script says
 * for it, the last entry for all that follow.
 */
export function scriptedUnary(...script: readonly Step[]) {
  const attempts: Attempt[] = [];
  const unary: Unary = async (method, signal, timeoutMs, header) => {
    const attempt = { signal, timeoutMs: timeLeft(signal, timeoutMs), header };
    attempts.push(attempt);
    markSent(signal);
    await script[Math.min(attempts.length, script.length) - 1]?.(attempt);
    return {
      stream: false,
      service: method.parent,
      method,
      header: new Headers(),
      message: create(method.output),
      trailer: new Headers(),
    };
  };
  return { unary, attempts };
}

/** Makes a call through layers. */
export async function callThrough(unary: Unary, signal?: StopSignal, timeoutMs?: number) {
  const method = ManagementService.method.resendHumanInitialization;
  return unary(method, signal, timeoutMs, undefined, { userId: "1" }, createContextValues());
}

/** What a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not reject");
}
