import { isIP } from "node:net";

/** Key and certificate of a server that speaks TLS, PEM. */
export interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
}

/** Makes a certificate for `localhost`, `127.0.0.1` and `names` that vouches for itself, good for a day. */
export async function createCertificate(
  nowMs: number,
  names: Iterable<string> = [],
): Promise<ServerIdentity> {
  // Loaded here only: nobody else pays for it.
  const { generate } = await import("selfsigned");
  const hourMs = 3_600_000;
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(nowMs - hourMs),
    notAfterDate: new Date(nowMs + 24 * hourMs),
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [{ type: 2, value: "localhost" }, { type: 7, ip: "127.0.0.1" }, ...[...names].map(altName)],
      },
    ],
  });
  return { key, cert };
}

function altName(name: string) {
  return isIP(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name };
}
