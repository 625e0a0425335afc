import { Code, type ConnectError } from "@connectrpc/connect";
import { ownOptions } from "../call/own-options.js";
import type { Auth } from "../credential.js";
import { notSentError } from "../errors/facts.js";
import { checkMs, type TokenOptions, tokenAuth } from "./token-source.js";

/** An assertion is used at once; this is for the way to the server, and for clocks. */
const MIN_LIFETIME_MS = 300_000;

/** Options of `serviceAccountKey`. */
export interface ServiceAccountKeyOptions extends TokenOptions {
  /**
   * How far this machine's clock may be off from the server's, in milliseconds,
   * 0 to 1800000. Assertions are dated back by it, because ZITADEL refuses one
   * from the future, and end this much later, or 5 minutes later if that is
   * more. So a clock may be behind by 5 minutes in any case.
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
  const clockSkewMs = checkMs("clockSkewMs", ownOptions(options).clockSkewMs ?? 60_000, 0, 1_800_000);
  // Not its promise, which may end with the call that it was made in.
  let cryptoKey: CryptoKey | undefined;
  return tokenAuth("serviceAccountKey", options, async (issuer, nowMs) => {
    const { importKey, signAssertion } = await import("./assertion.js");
    let assertion: string;
    try {
      cryptoKey ??= await importKey(pkcs8);
      assertion = await signAssertion(cryptoKey, {
        userId,
        keyId,
        issuer,
        issuedAtMs: nowMs - clockSkewMs,
        expiresAtMs: nowMs + Math.max(MIN_LIFETIME_MS, clockSkewMs),
      });
    } catch {
      // Without the cause: what a runtime says about a key may hold some of it.
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
      throw invalidKey("the service account key is not JSON");
    }
  }
  const field = (name: string): unknown =>
    typeof key === "object" && key !== null ? Reflect.get(ownOptions(key), name) : undefined;
  if (field("type") !== "serviceaccount") {
    throw invalidKey('the service account key lacks "type": "serviceaccount"');
  }
  const textField = (name: string): string => {
    const value = field(name);
    if (typeof value === "string" && value !== "") return value;
    throw invalidKey(`the service account key lacks "${name}"`);
  };
  const pkcs8 = toPkcs8(textField("key"));
  if (pkcs8 === undefined) {
    throw invalidKey('the "key" of the service account key is not an unencrypted RSA private key in PEM');
  }
  return { userId: textField("userId"), keyId: textField("keyId"), pkcs8 };
}

function invalidKey(what: string): ConnectError {
  return notSentError(
    `${what}; pass the JSON that ZITADEL gave out for a key of a service account`,
    Code.InvalidArgument,
    "unauthenticated",
  );
}

const PEM =
  /^\s*-----BEGIN (?<rsa>RSA )?PRIVATE KEY-----(?<base64>[A-Za-z0-9+/=\s]+)-----END (RSA )?PRIVATE KEY-----\s*$/;

/** AlgorithmIdentifier of an RSA key: OID 1.2.840.113549.1.1.1 and NULL (RFC 8017, appendix A.1). */
const RSA = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
const VERSION_0 = [0x02, 0x01, 0x00];

/**
 * An RSA private key in PEM as PKCS#8 (RFC 5208, section 5), the only form that
 * Web Crypto reads. ZITADEL's keys are PKCS#1 (`BEGIN RSA PRIVATE KEY`), which
 * PKCS#8 merely wraps. Undefined if the text is neither.
 */
export function toPkcs8(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const { rsa, base64 } = PEM.exec(pem)?.groups ?? {};
  if (base64 === undefined) return undefined;
  let der: Uint8Array<ArrayBuffer>;
  try {
    der = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
  return rsa === undefined ? der : element(0x30, [...VERSION_0, ...RSA, ...element(0x04, der)]);
}

/** A DER element: tag, length, content (X.690, section 8.1). Whatever holds an RSA key takes two bytes of length. */
function element(tag: number, content: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(4 + content.length);
  whole.set([tag, 0x82, content.length >> 8, content.length & 0xff]);
  whole.set(content, 4);
  return whole;
}
