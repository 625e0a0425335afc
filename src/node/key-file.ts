import { ConnectError } from "@connectrpc/connect";
import { type ServiceAccountKeyOptions, serviceAccountKey } from "../auth/service-account-key.js";
import type { Auth } from "../credential.js";
import { factsOf } from "../errors/facts.js";
import { readSecretFile, secretFileError } from "./secret-file.js";

const KEY_FILE = {
  what: "key file",
  instead:
    'pass what it holds: serviceAccountKey(await readFile(path, "utf8")), or --key-file - and standard input',
};

/**
 * Authenticates a service account with the JSON key in a file, as
 * `serviceAccountKey` does. The file is read once, when this is called. On
 * POSIX systems its owner and its group may have access to it, and nobody else.
 *
 * @throws ConnectError InvalidArgument if the file is missing, unreadable, not
 *   a regular one, larger than 64 KiB, open to everybody or not a key of a
 *   service account
 */
export function serviceAccountKeyFile(path: string, options?: ServiceAccountKeyOptions): Auth {
  const keyJson = readSecretFile(path, KEY_FILE);
  try {
    return serviceAccountKey(keyJson, options);
  } catch (error) {
    // The others are about the options.
    if (!(error instanceof ConnectError) || factsOf(error).reason !== "unauthenticated") throw error;
    throw secretFileError(`key file ${JSON.stringify(path)}: ${error.rawMessage}`);
  }
}
