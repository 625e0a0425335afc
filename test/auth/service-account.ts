import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A key as ZITADEL gives it out, and what checks its signatures. */
export const account: { key: Record<string, string>; publicKey: KeyObject } = {
  key: {
    type: "serviceaccount",
    keyId: "400890802739940390",
    key: pkcs1(privateKey),
    expirationDate: "2099-01-01T00:00:00Z",
    userId: "400890802740071462",
  },
  publicKey,
};

/** The key in the PEM form that ZITADEL uses. */
export function pkcs1(key: KeyObject): string {
  return key.export({ type: "pkcs1", format: "pem" }).toString();
}

/** The key in the PEM form that other tools write. */
export function pkcs8(pem: string): string {
  return createPrivateKey(pem).export({ type: "pkcs8", format: "pem" }).toString();
}
