import { SignJWT } from "jose/jwt/sign";

/** What an assertion says. */
export interface AssertionClaims {
  readonly userId: string;
  readonly keyId: string;
  readonly issuer: string;
  /** When the assertion claims to be made, in milliseconds since 1970. */
  readonly issuedAtMs: number;
  /** When it ends; at most an hour later, which is the longest that ZITADEL takes. */
  readonly expiresAtMs: number;
}

/**
 * Makes the JWT with which a service account asks for a token (RFC 7523,
 * sections 2.1 and 3). Its `jti` lets a server take it only once.
 */
export function signAssertion(key: CryptoKey, claims: AssertionClaims): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: "RS256", kid: claims.keyId })
    .setIssuer(claims.userId)
    .setSubject(claims.userId)
    .setAudience(claims.issuer)
    .setJti(crypto.randomUUID())
    .setIssuedAt(Math.floor(claims.issuedAtMs / 1000))
    .setExpirationTime(Math.floor(claims.expiresAtMs / 1000))
    .sign(key);
}

/** Reads a PKCS#8 key for signing; it cannot be read out again. */
export function importKey(pkcs8: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", pkcs8, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, [
    "sign",
  ]);
}
