import { SignJWT } from "jose/jwt/sign";

/** What an assertion says. */
export interface AssertionClaims {
  readonly userId: string;
  readonly keyId: string;
  readonly issuer: string;
  /** When the assertion claims to be made, in milliseconds since 1970. */
  readonly issuedAtMs: number;
  /** When it ends, in milliseconds since 1970. ZITADEL takes at most an hour from one to the other. */
  readonly expiresAtMs: number;
}

/** Makes the JWT with which a service account asks for a token (RFC 7523, sections 2.1 and 3). */
export function signAssertion(key: CryptoKey, claims: AssertionClaims): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: "RS256", kid: claims.keyId })
    .setIssuer(claims.userId)
    .setSubject(claims.userId)
    .setAudience(claims.issuer)
    .setIssuedAt(Math.floor(claims.issuedAtMs / 1000))
    .setExpirationTime(Math.floor(claims.expiresAtMs / 1000))
    .setJti(crypto.randomUUID())
    .sign(key);
}

/** Reads a PKCS#8 key for signing; it cannot be read out again. */
export function importKey(pkcs8: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", pkcs8, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, [
    "sign",
  ]);
}
