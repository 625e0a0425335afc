import { Code } from "@connectrpc/connect";
import { ownOptions } from "../call/own-options.js";
import type { Auth } from "../credential.js";
import { notSentError } from "../errors/facts.js";
import { type TokenOptions, tokenAuth } from "./token-source.js";

/** Id and secret of a service account of ZITADEL. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Authenticates a service account with its client id and secret (OAuth 2.0
 * client credentials, RFC 6749, section 4.4; sent as HTTP Basic).
 *
 * A token is fetched when a call needs one, kept until shortly before it
 * expires, and replaced once when the server refuses it.
 *
 * @throws ConnectError InvalidArgument at once if the id or the secret is
 *   missing; from the call, Unauthenticated if ZITADEL refuses them, and
 *   Unavailable if it cannot be reached. Nothing was sent then.
 */
export function clientCredentials(client: ClientCredentials, options: TokenOptions = {}): Auth {
  const own = ownOptions<ClientCredentials>(client);
  const clientId = text(own.clientId, "clientId");
  const clientSecret = text(own.clientSecret, "clientSecret");
  // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
  const basic = btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`);
  return tokenAuth("clientCredentials", options, () => ({
    parameters: { grant_type: "client_credentials" },
    authorization: `Basic ${basic}`,
    secrets: [clientId, clientSecret, formEncode(clientId), formEncode(clientSecret), basic],
    advice:
      "check clientId and clientSecret: a secret that was made anew replaces the old one, and takes a second to work",
  }));
}

function text(value: unknown, name: string): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw notSentError(
    `clientCredentials needs ${name}, a text that is not empty`,
    Code.InvalidArgument,
    "unauthenticated",
  );
}

function formEncode(value: string): string {
  return new URLSearchParams({ value }).toString().slice("value=".length);
}
