const LETTER = "\\p{L}\\p{M}\\p{N}";
const LABEL = `[${LETTER}](?:[${LETTER}-]{0,61}[${LETTER}])?`;
const ADDRESS = new RegExp(`^[${LETTER}.!#$%&'*+/=?^_\`{|}~-]+@${LABEL}(?:\\.${LABEL})*$`, "u");

/**
 * Tells whether a text is an e-mail address as HTML's `<input type="email">`
 * has it (WHATWG HTML, "valid e-mail address"), letters of any script allowed
 * on both sides (RFC 6531).
 *
 * As there: no quoted local parts, comments, display names or IP addresses in
 * brackets, which hardly any mailbox has and many a typing error looks like.
 */
export function isEmailAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** An address that may be shown: `j…@example.com`; of a text that is none, the first character. */
export function maskEmail(text: string): string {
  const at = text.lastIndexOf("@");
  return `${[...text.slice(0, 2)][0] ?? ""}…${at > 0 ? text.slice(at) : ""}`;
}
