import type { SecureContextOptions } from "node:tls";
import type { TlsOptions } from "../../options.js";

/** Our TLS options in the names of `node:tls`; `serverName` is for our own server only. */
export function tlsSettings(
  tls: TlsOptions = {},
  isOwnServer = true,
): SecureContextOptions & { servername?: string } {
  const pem = (value: string | Uint8Array) => (typeof value === "string" ? value : Buffer.from(value));
  return {
    ...(tls.ca && { ca: (Array.isArray(tls.ca) ? tls.ca : [tls.ca]).map(pem) }),
    ...(tls.cert && { cert: pem(tls.cert) }),
    ...(tls.key && { key: pem(tls.key) }),
    ...(isOwnServer && tls.serverName && { servername: tls.serverName }),
  };
}
