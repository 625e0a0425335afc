import { readFile } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { Code } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";
import type { Reason } from "../errors/reason.js";
import { printTalk } from "./print.js";

/** Reads a file that the user named; `what` and `reason` say what is wrong where it cannot be read. */
export async function readInputFile(path: string, what: string, reason: Reason): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw notSentError(`cannot read the ${what}: ${why}`, Code.InvalidArgument, reason, cause);
  }
}

/** Reads standard input to its end, or until the signal. */
export async function readStandardInput(signal: AbortSignal): Promise<string> {
  if (process.stdin.isTTY) printTalk("Paste the token, then press Enter and Ctrl-D.");
  try {
    return await text(addAbortSignal(signal, process.stdin));
  } catch (cause) {
    throw notSentError("interrupted while reading standard input", Code.Canceled, "canceled", cause);
  }
}
