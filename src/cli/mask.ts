import { stripVTControlCharacters } from "node:util";

const secrets = new Set<string>();

/** Keeps a secret out of everything that is printed from now on. */
export function hide(secret: string): void {
  if (secret.length >= 8) secrets.add(secret);
}

/**
 * Makes a text fit to print on one line: secrets and mail addresses masked, and
 * without control characters, because a server or a proxy may have written it.
 */
export function mask(text: string): string {
  let masked = stripVTControlCharacters(text);
  for (const secret of secrets) masked = masked.replaceAll(secret, "***");
  return masked
    .replace(/\bBearer\s+[^\s"']+/gi, "Bearer ***")
    .replace(/\beyJ[\w-]+\.[\w.-]+/g, "***")
    .replace(/:\/\/[^\s/@]{1,400}@/g, "://")
    .replace(/([^\s@"'<>(),;:])[^\s@"'<>(),;:]{0,400}@([^\s@"'<>(),;]+)/gu, "$1***@$2")
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
}
