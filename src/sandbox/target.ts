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

/** Tells whether a host name or address, with or without a port, is this machine only. */
export function isLoopback(host: string): boolean {
  const name = hostnameOf(host);
  return name === "localhost" || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

/** The name or address in a `host` header: without its port, in lower case. */
export function hostnameOf(host: string): string {
  return host
    .replace(/^\[(.*)\](:\d+)?$/, "$1")
    .replace(/^([^:]*):\d+$/, "$1")
    .toLowerCase();
}

/** A DNS name (RFC 1035: labels of at most 63 characters) or an address. */
const HOST = /^(?:[\w-]{1,63}(?:\.[\w-]{1,63})*|[\da-f:.]+:[\da-f:.]*)$/i;

/**
 * Checks where the sandbox listens, and the names that others may call it by.
 *
 * @throws Error if `host` is more than loopback and no name is given, or if a
 *   name is more than a host name or an address
 */
export function checkRemote(host: string, names: readonly string[]): void {
  if (!Array.isArray(names)) {
    throw new Error(
      'allowRemote is a list of the host names that the sandbox answers to, such as ["sandbox.test"]',
    );
  }
  const wrong = names.find((name) => typeof name !== "string" || !HOST.test(name));
  if (wrong !== undefined) {
    throw new Error(
      `allowRemote: ${JSON.stringify(wrong)} is not a host name or an address; leave out scheme, port and path`,
    );
  }
  if (names.length > 0 || isLoopback(host)) return;
  throw new Error(
    `the sandbox does not listen on ${JSON.stringify(host)}, where other machines could reach it; use "127.0.0.1", or set allowRemote to the host names that they call`,
  );
}
