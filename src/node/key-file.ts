import { ConnectError } from "@connectrpc/connect";
import type { Auth } from "../auth/auth.js";
import { type ServiceAccountKeyOptions, serviceAccountKey } from "../auth/service-account-key.js";
import { fileError, quotedPath, readSecretFile } from "./secret-file.js";

/**
 * Authenticates a service account with the JSON key in a file, as
 * `serviceAccountKey` does. The file is read once, when this is called. On
 * POSIX systems only its owner and its group may have access to it; a key that
 * is kept otherwise goes to `serviceAccountKey` as its text.
 *
 * @throws ConnectError InvalidArgument if the file is missing, unreadable, not
 *   a regular one, larger than 64 KiB, open to everybody or not a key of a
 *   service account
 */
export function serviceAccountKeyFile(path: string, options?: ServiceAccountKeyOptions): Auth {
  const keyJson = readSecretFile(path, "key file");
  try {
    return serviceAccountKey(keyJson, options);
  } catch (error) {
    if (error instanceof ConnectError) {
      throw fileError(`key file ${quotedPath(path)}: ${error.rawMessage}`, "key file");
    }
    throw error;
  }
}
