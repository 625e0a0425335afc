import type { SecureContextOptions } from "node:tls";
import { ownOptions } from "../../call/own-options.js";
import type { TlsOptions } from "../../options.js";

/** Our TLS options in the names of `node:tls`; `serverName` is for our own server only. */
export function tlsSettings(
  given?: TlsOptions,
  isOwnServer = true,
): SecureContextOptions & { servername?: string } {
  const tls = ownOptions(given);
  const pem = (value: string | Uint8Array) => (typeof value === "string" ? value : Buffer.from(value));
  return {
    ...(tls.ca !== undefined && { ca: (Array.isArray(tls.ca) ? tls.ca : [tls.ca]).map(pem) }),
    ...(tls.cert !== undefined && { cert: pem(tls.cert) }),
    ...(tls.key !== undefined && { key: pem(tls.key) }),
    ...(isOwnServer && tls.serverName !== undefined && { servername: tls.serverName }),
  };
}
