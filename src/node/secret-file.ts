import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { Code, type ConnectError } from "@connectrpc/connect";
import { noteFacts, notSentError } from "../errors/facts.js";

/** A key of 4096 bits takes less than 4 KiB, and a token less than that. */
const MAX_BYTES = 64 * 1024;

/**
 * Reads a file that holds a secret. It must be a regular file of at most 64 KiB.
 * On POSIX systems only its owner and its group may have access to it: a
 * Kubernetes secret with `fsGroup` has the mode 0440.
 *
 * @param what how errors call the file, "key file" for one
 * @throws ConnectError InvalidArgument if it is missing, unreadable, not a
 *   regular file, too large, or open to everybody
 */
export function readSecretFile(path: string, what: string): string {
  const refused = (problem: string, cause?: unknown) =>
    fileError(`the ${what} ${quotedPath(path)} ${problem}`, what, cause);
  if (typeof path !== "string" || /[\n\0]/.test(path)) throw refused("is not a path");
  let file: number;
  try {
    // A pipe that nobody writes to would hold up the process.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw refused(`cannot be opened: ${systemCodeOf(error)}`, isQuotable(path) ? error : undefined);
  }
  try {
    // Of the open file, so that no other can take its place in between.
    const stat = fstatSync(file);
    if (!stat.isFile()) throw refused("is not a regular file");
    if (process.platform !== "win32" && (stat.mode & 0o007) !== 0) {
      throw refused("is open to everybody; run chmod 600 on it, or read it yourself and pass what it holds");
    }
    if (stat.size > MAX_BYTES) throw refused(`is larger than ${MAX_BYTES} bytes`);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

/** An error about a file that holds a secret. */
export function fileError(message: string, what: string, cause?: unknown): ConnectError {
  const error = notSentError(message, Code.InvalidArgument, "unauthenticated", cause);
  return noteFacts(error, { advice: `Check the ${what} as the message says.` });
}

/** A path for an error; not what may be a secret that was put in its place. */
export function quotedPath(path: unknown): string {
  return isQuotable(path) ? JSON.stringify(path) : "(not shown: it looks like a secret, not like a path)";
}

function isQuotable(path: unknown): path is string {
  if (typeof path !== "string" || path.length > 255 || /[{\n\0]|^eyJ|-----/.test(path)) return false;
  // A token is long, and has neither a folder nor an ending.
  return path.length <= 40 || /[/\\.]/.test(path);
}

function systemCodeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
