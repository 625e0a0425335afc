import { createPrivateKey, X509Certificate } from "node:crypto";
import { type OptionCheck, optionError } from "./option-checks.js";

const BEGIN = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/g;
const BLOCK = /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^-]*-----END \1-----/g;

/**
 * Certificates as TLS takes them: PEM in a text, in bytes, or in an array of
 * such. Each part holds at least one, and each one can be read: Node trusts the
 * system's authorities in place of a text that is empty, and leaves out what
 * comes behind a certificate that is damaged.
 */
export const certificates: OptionCheck = (name, value) => {
  if (!Array.isArray(value)) return checkCertificates(name, value);
  if (value.length === 0) throw emptyError(name);
  for (const [index, part] of value.entries()) checkCertificates(`${name}[${index}]`, part);
};

/** A private key in PEM that needs no passphrase. */
export const privateKey: OptionCheck = (name, value) => {
  const pem = pemOf(name, value);
  try {
    createPrivateKey(pem);
  } catch {
    // Without the cause, which may hold some of it.
    throw optionError(`${name} holds no private key in PEM that can be read without a passphrase`);
  }
};

function emptyError(name: string) {
  return optionError(`${name} is empty; leave it out, or pass PEM`);
}

function checkCertificates(name: string, value: unknown): void {
  const pem = pemOf(name, value);
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length === 0)
    throw optionError(`${name} holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----`);
  const count = pem.match(BEGIN)?.length;
  const broken = blocks.findIndex((block) => !isCertificate(block));
  if (broken >= 0 || count !== blocks.length) {
    throw optionError(`${name} holds a certificate that cannot be read, among ${count}`);
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) !== undefined;
  } catch {
    return false;
  }
}

function pemOf(name: string, value: unknown): string {
  // Bytes of another realm are no `Uint8Array` of this one.
  const pem = ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1")
    : value;
  if (typeof pem !== "string") throw optionError(`${name} is of type ${typeof value}; expected PEM`);
  if (pem.trim() === "") throw emptyError(name);
  return pem;
}
