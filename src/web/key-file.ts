import { Code } from "@connectrpc/connect";
import type { Auth } from "../auth/auth.js";
import type { ServiceAccountKeyOptions } from "../auth/service-account-key.js";
import { notSentError } from "../errors/facts.js";

/**
 * Authenticates with a key file; on Node only. Elsewhere there are no files to
 * read, and `serviceAccountKey` takes the key itself.
 *
 * @throws ConnectError InvalidArgument, always
 */
export function serviceAccountKeyFile(_path: string, _options?: ServiceAccountKeyOptions): Auth {
  throw notSentError(
    "serviceAccountKeyFile works on Node only; pass the key itself to serviceAccountKey",
    Code.InvalidArgument,
    "not_supported",
  );
}
