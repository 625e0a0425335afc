import { Code, type ConnectError } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";
import type { Auth } from "./auth.js";
import { toPkcs8 } from "./pkcs8.js";
import { checkMs, type TokenOptions, tokenAuth } from "./token-auth.js";

/** Options of `serviceAccountKey`. */
export interface ServiceAccountKeyOptions extends TokenOptions {
  /**
   * How far this machine's clock may be ahead of the server's, in
   * milliseconds, 0 to 3540000. Assertions are dated back by it, for ZITADEL
   * refuses one from the future. They are valid for an hour from that date, so
   * a clock that is behind needs nothing.
   *
   * @default 60000
   */
  readonly clockSkewMs?: number;
}

/**
 * Authenticates a service account with its JSON key, as ZITADEL gives it out:
 * `{ "type": "serviceaccount", "keyId", "key", "userId" }`, as text or parsed.
 * The key signs an assertion (RS256), which is exchanged for a token (RFC 7523,
 * section 2.1). It runs wherever Web Crypto is.
 *
 * A token is fetched when a call needs one, kept until shortly before it
 * expires, and replaced once when the server refuses it.
 *
 * @throws ConnectError InvalidArgument at once if the key is not one; from the
 *   call, Unauthenticated if ZITADEL refuses it, and Unavailable if it cannot be
 *   reached. Nothing was sent then.
 */
export function serviceAccountKey(keyJson: string | object, options: ServiceAccountKeyOptions = {}): Auth {
  const { userId, keyId, pkcs8 } = readKey(keyJson);
  const clockSkewMs = checkMs("clockSkewMs", options.clockSkewMs ?? 60_000, 0, 3_540_000);
  let imported: Promise<CryptoKey> | undefined;
  return tokenAuth("serviceAccountKey", options, async (issuer, nowMs) => {
    const { importKey, signAssertion } = await import("./assertion.js");
    let assertion: string;
    try {
      imported ??= importKey(pkcs8);
      assertion = await signAssertion(await imported, {
        userId,
        keyId,
        issuer,
        issuedAtMs: nowMs - clockSkewMs,
      });
    } catch {
      // Without the cause: what a runtime says about a key may hold some of it.
      imported = undefined;
      throw notSentError(
        'the service account key cannot sign: its "key" is damaged or not RSA, or this runtime has no Web Crypto (a page needs https:// for it)',
        Code.Unauthenticated,
        "unauthenticated",
      );
    }
    return {
      parameters: { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion },
      secrets: [assertion],
      advice:
        "check that the key still exists and has not expired, that its user is active, and that the issuer is the origin under which this ZITADEL knows itself",
    };
  });
}

function readKey(keyJson: unknown) {
  let key = keyJson;
  if (typeof keyJson === "string") {
    try {
      // A byte order mark is no part of JSON (RFC 8259, section 8.1), but some editors write one.
      key = JSON.parse(keyJson.replace(/^\uFEFF/, ""));
    } catch {
      // Without the cause: it quotes what was parsed.
      throw invalid("the service account key is not JSON");
    }
  }
  const field = (name: string): unknown =>
    typeof key === "object" && key !== null ? Reflect.get(key, name) : undefined;
  if (field("type") !== "serviceaccount") {
    throw invalid('the service account key lacks "type": "serviceaccount"');
  }
  const textField = (name: string): string => {
    const value = field(name);
    if (typeof value === "string" && value !== "") return value;
    throw invalid(`the service account key lacks "${name}"`);
  };
  const pkcs8 = toPkcs8(textField("key"));
  if (pkcs8 === undefined) {
    throw invalid('the "key" of the service account key is not an unencrypted RSA private key in PEM');
  }
  return { userId: textField("userId"), keyId: textField("keyId"), pkcs8 };
}

function invalid(what: string): ConnectError {
  return notSentError(
    `${what}; pass the JSON that ZITADEL gave out for a key of a service account`,
    Code.InvalidArgument,
    "unauthenticated",
  );
}
