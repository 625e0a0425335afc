import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";

/** How long a token of the token endpoint lives, in seconds, as the real server has it. */
export const TOKEN_LIFETIME_S = 43_199;

/** What the holder of a token may do. */
export interface TokenGrant {
  /** Organisation that the holder belongs to. */
  readonly orgId: string;
  /** Whether the holder manages users. */
  readonly mayWriteUsers: boolean;
  /** Whether the token was asked for with the API in its audience. */
  readonly forApi: boolean;
  /** When it ends, in milliseconds since the epoch; a personal access token does not. */
  readonly expiresAtMs?: number;
}

/** The tokens that are good. */
export interface AccessTokens {
  issue(grant: TokenGrant): string;
  find(token: string): TokenGrant | undefined;
  /** Ends every token that would end by itself one day. */
  revokeIssued(): void;
}

/** Keeps the tokens that were issued. */
export function createAccessTokens(now: () => number): AccessTokens {
  const grants = new Map<string, TokenGrant>();
  return {
    issue(grant) {
      const token = randomBytes(32).toString("base64url");
      grants.set(token, grant);
      return token;
    },
    find(token) {
      const grant = grants.get(token);
      return (grant?.expiresAtMs ?? Number.POSITIVE_INFINITY) > now() ? grant : undefined;
    },
    revokeIssued() {
      for (const [token, { expiresAtMs }] of grants) if (expiresAtMs !== undefined) grants.delete(token);
    },
  };
}

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
