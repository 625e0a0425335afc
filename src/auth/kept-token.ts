import type { Credential } from "./auth.js";

/** A token and until when it is used, in milliseconds since 1970. */
export interface IssuedToken {
  readonly token: string;
  readonly untilMs: number;
}

/**
 * Keeps a token until its time is over or the server refuses it. However many
 * calls need a new one, one request is under way; if it fails, those that wait
 * fail, and the next call asks again.
 */
export function keptToken(
  requestToken: (callHeader: Headers) => Promise<IssuedToken>,
  now: () => number,
): Credential {
  let kept: IssuedToken | undefined;
  let underWay: Promise<string> | undefined;
  const request = async (callHeader: Headers) => {
    try {
      kept = await requestToken(callHeader);
      return kept.token;
    } finally {
      underWay = undefined;
    }
  };
  return (callHeader, refused) => {
    if (kept?.token === refused) kept = undefined;
    if (kept !== undefined && now() < kept.untilMs) return kept.token;
    underWay ??= request(callHeader);
    return underWay;
  };
}
