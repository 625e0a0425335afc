import type { Credential } from "./auth.js";

/** A token and until when it is used, in milliseconds since 1970. */
export interface IssuedToken {
  readonly token: string;
  readonly untilMs: number;
}

/** Fields by which a server behind a proxy knows which of its instances is called. */
const HOST_FIELDS = [
  "host",
  "forwarded",
  "x-forwarded-host",
  "x-zitadel-instance-host",
  "x-zitadel-public-host",
];

/** Instances that one client keeps tokens of. It hardly ever is more than one. */
const MAX_KEPT = 16;

/** The token of one instance, and the request for the next one. */
interface Kept {
  issued?: IssuedToken | undefined;
  /** When the request for `issued` was made, in milliseconds since 1970. */
  requestedAtMs: number;
  underWay?: { readonly token: Promise<string>; readonly startedAtMs: number } | undefined;
}

/**
 * Keeps a token until its time is over or the server refuses it, one for each
 * instance that the host fields of the calls name. However many calls need a
 * new one, one request is under way; if it fails, those that wait fail, and the
 * next call asks again. A request that is older than `timeoutMs` is given up:
 * some runtimes let it die with the call that made it, timers included.
 *
 * @param isOwn whether the fields of a call go to the issuer
 */
export function keptToken(
  timeoutMs: number,
  now: () => number,
  isOwn: boolean,
  requestToken: (callHeader: Headers) => Promise<IssuedToken>,
): Credential {
  const tokens = new Map<string, Kept>();
  const keptFor = (key: string): Kept => {
    let kept = tokens.get(key);
    if (kept === undefined) {
      kept = { requestedAtMs: Number.NEGATIVE_INFINITY };
      const [oldest] = tokens.keys();
      if (tokens.size >= MAX_KEPT && oldest !== undefined) tokens.delete(oldest);
      tokens.set(key, kept);
    }
    return kept;
  };
  const request = async (kept: Kept, callHeader: Headers, startedAtMs: number) => {
    try {
      const issued = await requestToken(callHeader);
      // A later request may have been faster.
      if (startedAtMs >= kept.requestedAtMs) Object.assign(kept, { issued, requestedAtMs: startedAtMs });
      return issued.token;
    } finally {
      if (kept.underWay?.startedAtMs === startedAtMs) kept.underWay = undefined;
    }
  };
  return (callHeader, refused) => {
    const header = isOwn ? callHeader : undefined;
    const kept = keptFor(header ? HOST_FIELDS.map((name) => header.get(name)).join("\n") : "");
    if (kept.issued?.token === refused) kept.issued = undefined;
    const nowMs = now();
    if (kept.issued !== undefined && nowMs < kept.issued.untilMs) return kept.issued.token;
    if (kept.underWay === undefined || nowMs - kept.underWay.startedAtMs > timeoutMs) {
      const token = request(kept, header ?? new Headers(), nowMs);
      kept.underWay = { token, startedAtMs: nowMs };
    }
    return kept.underWay.token;
  };
}
