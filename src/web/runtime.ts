import { Code } from "@connectrpc/connect";
import type { ServiceAccountKeyOptions } from "../auth/service-account-key.js";
import { ownOptions } from "../call/own-options.js";
import type { Auth } from "../credential.js";
import { notSentError } from "../errors/facts.js";
import type { WireRuntime } from "../http/client.js";
import { fetchClient } from "../http/fetch-client.js";
import type { TransportOptions } from "../options.js";

/** HTTP by `fetch`, with no header that ZITADEL's CORS list lacks. */
export function webRuntime({
  fetch,
}: Pick<TransportOptions, "fetch">): WireRuntime & { close(): Promise<void> } {
  return ownOptions({ http: fetchClient(fetch), close: async () => {} });
}

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
