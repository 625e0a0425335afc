import type { AuthHost } from "../../src/credential.js";
import { fetchClient } from "../../src/http/fetch-client.js";
import { networkError } from "../../src/http/network-error.js";

/** A client's side of a credential, with a clock that stands still unless the test moves it. */
export function hostOf(issuer: string | undefined, clock = { nowMs: Date.UTC(2026, 0, 1) }): AuthHost {
  return { issuer, allowInsecure: false, http: fetchClient(), networkError, now: () => clock.nowMs };
}
