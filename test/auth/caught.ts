import { ConnectError } from "@connectrpc/connect";

/** The error that something fails with; it must be a ConnectError as it is, not made into one. */
export async function caught(work: () => Promise<unknown>): Promise<ConnectError> {
  let result: unknown;
  try {
    result = await work();
  } catch (error) {
    if (error instanceof ConnectError) return error;
    throw new Error("failed with something else than a ConnectError", { cause: error });
  }
  throw new Error(`did not fail: ${JSON.stringify(result)}`);
}
