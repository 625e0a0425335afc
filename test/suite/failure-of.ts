import { ConnectError } from "@connectrpc/connect";
import { expect } from "vitest";
import { explainError } from "../../src/errors/explain.js";

/** The error that a call must fail with, and what is said about it. */
export async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    () => expect.fail("the call succeeded"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectError)) throw new Error(`not a ConnectError: ${String(error)}`);
  return { error, failure: explainError(error) };
}
