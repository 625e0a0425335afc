/** The decoded path of a request target; `undefined` where an escape in it is none. */
export function pathOf(target: string): string | undefined {
  const raw = target.replace(/[?#].*$/s, "");
  if (/%(?![0-9a-f]{2})/i.test(raw)) return undefined;
  const bytes = raw.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

/** The query of a request target. */
export const queryOf = (target: string) => /\?([^#]*)/.exec(target)?.[1] ?? "";

/**
 * The target with `//`, `.` and `..` resolved in its decoded path, as the real
 * server's router does it. Where that changes anything it redirects, and the
 * request never reaches a service.
 */
export function cleanTarget(target: string, path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "." && segment !== "") kept.push(segment);
  }
  const clean = `/${kept.join("/")}${kept.length > 0 && path.endsWith("/") ? "/" : ""}`;
  if (clean === path) return target;
  // Go escapes a few more than JavaScript does.
  const escaped = encodeURI(clean).replace(
    /[!'()*?#]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return escaped + target.replace(/^[^?#]*/, "");
}
