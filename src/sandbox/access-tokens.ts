import { randomBytes } from "node:crypto";

/** How long a token of the token endpoint lives, in seconds, as the real server has it. */
export const TOKEN_LIFETIME_S = 43_199;

/** What the holder of a token may do. */
export interface Grant {
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
  issue(grant: Grant): string;
  find(token: string): Grant | undefined;
  /** Ends every token that would end by itself one day. */
  revokeIssued(): void;
}

/** Keeps the tokens that were issued. */
export function createAccessTokens(now: () => number): AccessTokens {
  const grants = new Map<string, Grant>();
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
