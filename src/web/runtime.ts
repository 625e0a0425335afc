import { fetchClient } from "../transport/fetch-client.js";
import type { WireRuntime } from "../transport/http.js";
import type { TransportOptions } from "../transport/transport-options.js";

/** HTTP by `fetch`, with no header that ZITADEL's CORS list lacks. */
export function webRuntime({
  fetch,
}: Pick<TransportOptions, "fetch">): WireRuntime & { close(): Promise<void> } {
  return { http: fetchClient(fetch), close: async () => {} };
}
