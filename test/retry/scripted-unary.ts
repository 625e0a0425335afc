import { create } from "@bufbuild/protobuf";
import { createContextValues, type Transport } from "@connectrpc/connect";
import { ManagementService } from "../../gen/zitadel/management_pb.js";

/** One attempt as the layer underneath sees it. */
export interface Attempt {
  readonly signal: AbortSignal | undefined;
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
  const unary: Transport["unary"] = async (method, signal, timeoutMs, header) => {
    const attempt = { signal, timeoutMs, header };
    attempts.push(attempt);
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
export function callThrough(unary: Transport["unary"], signal?: AbortSignal, timeoutMs?: number) {
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
