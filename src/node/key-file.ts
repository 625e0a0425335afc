import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Auth } from "../auth/auth.js";
import { type ServiceAccountKeyOptions, serviceAccountKey } from "../auth/service-account-key.js";
import { notSentError } from "../errors/facts.js";

/** A key of 4096 bits takes less than 4 KiB. */
const MAX_KEY_FILE_BYTES = 64 * 1024;

/**
 * Authenticates a service account with the JSON key in a file, as
 * `serviceAccountKey` does. The file is read once, when this is called. On
 * POSIX systems nobody but its owner may have access to it.
 *
 * @throws ConnectError InvalidArgument if the file is missing, unreadable, not
 *   a regular one, larger than 64 KiB, accessible to others or not a key of a
 *   service account
 */
export function serviceAccountKeyFile(path: string, options?: ServiceAccountKeyOptions): Auth {
  // Not quoted: somebody passed the key itself.
  if (typeof path !== "string" || /[{\n\0]/.test(path)) throw invalid("the path of the key file is not one");
  const keyJson = readKeyFile(path);
  try {
    return serviceAccountKey(keyJson, options);
  } catch (error) {
    if (error instanceof ConnectError) throw invalid(`key file ${JSON.stringify(path)}: ${error.rawMessage}`);
    throw error;
  }
}

function readKeyFile(path: string): string {
  const refused = (problem: string, cause?: unknown) =>
    invalid(`key file ${JSON.stringify(path)} ${problem}`, cause);
  let file: number;
  try {
    // A pipe that nobody writes to would hold up the process.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw refused("cannot be opened; the error of the system is the cause of this one", error);
  }
  try {
    // Of the open file, so that no other can take its place in between.
    const stat = fstatSync(file);
    if (!stat.isFile()) throw refused("is not a regular file");
    if (process.platform !== "win32" && (stat.mode & 0o077) !== 0) {
      throw refused(`is open to other users; run: chmod 600 '${path.replaceAll("'", `'\\''`)}'`);
    }
    if (stat.size > MAX_KEY_FILE_BYTES) throw refused(`is larger than ${MAX_KEY_FILE_BYTES} bytes`);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function invalid(message: string, cause?: unknown): ConnectError {
  return notSentError(message, Code.InvalidArgument, "unauthenticated", cause);
}
