const PEM =
  /^\s*-----BEGIN (?<rsa>RSA )?PRIVATE KEY-----(?<base64>[A-Za-z0-9+/=\s]+)-----END (RSA )?PRIVATE KEY-----\s*$/;

/** AlgorithmIdentifier of an RSA key: OID 1.2.840.113549.1.1.1 and NULL (RFC 8017, appendix A.1). */
const RSA = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
const VERSION_0 = [0x02, 0x01, 0x00];

/**
 * An RSA private key in PEM as PKCS#8 (RFC 5208, section 5), the only form that
 * Web Crypto reads. ZITADEL's keys are PKCS#1 (`BEGIN RSA PRIVATE KEY`), which
 * PKCS#8 merely wraps. Undefined if the text is neither.
 */
export function toPkcs8(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const { rsa, base64 } = PEM.exec(pem)?.groups ?? {};
  if (base64 === undefined) return undefined;
  let der: Uint8Array<ArrayBuffer>;
  try {
    der = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
  return rsa === undefined ? der : element(0x30, [...VERSION_0, ...RSA, ...element(0x04, der)]);
}

/** A DER element: tag, length, content (X.690, section 8.1). Whatever holds an RSA key takes two bytes of length. */
function element(tag: number, content: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(4 + content.length);
  whole.set([tag, 0x82, content.length >> 8, content.length & 0xff]);
  whole.set(content, 4);
  return whole;
}
