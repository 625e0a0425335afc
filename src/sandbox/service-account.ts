import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";

/** Key of a service account, in the shape of the file that ZITADEL's console gives. */
export interface ServiceAccountKey {
  readonly type: "serviceaccount";
  readonly keyId: string;
  /** Private RSA key, PKCS#1 PEM. */
  readonly key: string;
  readonly userId: string;
}

/** A service account that may manage users, and its two kinds of credential. */
export interface ServiceAccount {
  /** Made when it is first asked for, which takes a moment. */
  readonly key: ServiceAccountKey;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Makes a service account of a machine user. */
export function createServiceAccount(userId: string, keyId: string): ServiceAccount {
  let key: ServiceAccountKey | undefined;
  return {
    get key() {
      key ??= { type: "serviceaccount", keyId, key: createRsaKey(), userId };
      return key;
    },
    clientId: "sandbox",
    clientSecret: randomBytes(32).toString("base64url"),
  };
}

/** The public half of an account's key. */
export const publicKeyOf = ({ key }: ServiceAccount): KeyObject => createPublicKey(key.key);

function createRsaKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs1", format: "pem" }).toString();
}
