import type { Credential } from "./auth.js";

/** A token and until when it is used, in milliseconds since 1970. */
export interface IssuedToken {
  readonly token: string;
  readonly untilMs: number;
}

/** A request for a token that nothing has come of yet. */
interface Request {
  readonly token: Promise<string>;
  readonly sinceMs: number;
}

/**
 * Keeps a token until its time is over or the server refuses it. However many
 * calls need a new one, one request is under way; if it fails, those that wait
 * fail, and the next call asks again.
 *
 * A request that is `staleMs` old may never end: on Cloudflare's workers it
 * dies with the call that made it. The next call makes another one then, and
 * so does a call that has waited for it until then.
 */
export function keptToken(
  requestToken: (callHeader: Headers) => Promise<IssuedToken>,
  now: () => number,
  staleMs: number,
): Credential {
  let kept: IssuedToken | undefined;
  let keptSince = 0;
  let requests = 0;
  let underWay: Request | undefined;

  const start = (callHeader: Headers): Promise<string> => {
    const number = ++requests;
    const token = requestToken(callHeader)
      .then((issued) => {
        // A request that was made later may have ended before this one.
        if (number > keptSince) [kept, keptSince] = [issued, number];
        return issued.token;
      })
      .finally(() => {
        if (number === requests) underWay = undefined;
      });
    underWay = { token, sinceMs: now() };
    return token;
  };
  const present = () => (kept !== undefined && now() < kept.untilMs ? kept.token : undefined);

  return (callHeader, refused) => {
    if (kept?.token === refused) kept = undefined;
    const token = present();
    if (token !== undefined) return token;
    const joined = underWay;
    const ageMs = joined === undefined ? staleMs : now() - joined.sinceMs;
    // Below zero where the clock was set back.
    if (joined === undefined || ageMs < 0 || ageMs >= staleMs) return start(callHeader);
    return orAfter(joined.token, staleMs - ageMs, () => {
      if (underWay === undefined || underWay === joined) return present() ?? start(callHeader);
      return underWay.token;
    });
  };
}

/** Waits for a promise, and from some time on for another one too; the first to settle counts. */
function orAfter<T>(work: Promise<T>, waitMs: number, other: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => Promise.resolve(other()).then(resolve, reject), waitMs);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
