/**
 * How long a server asks to wait: `Retry-After` in seconds or as a date
 * (RFC 9110, section 10.2.3), seen from the server's own `Date` if it gave one.
 */
export function retryAfterMsOf(header: Headers): number | undefined {
  const value = header.get("retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // All three forms of a date start with the day's name; `Date.parse` also makes one of "-1" and "1.5".
  if (!/^[a-z]/i.test(value)) return undefined;
  const waitMs = Date.parse(value) - (Date.parse(header.get("date") ?? "") || Date.now());
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}
