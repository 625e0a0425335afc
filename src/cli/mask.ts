/** A secret shorter than this would blot out words. */
const MIN_SECRET_LENGTH = 8;

/** Characters of a text that are looked at. The rest is dropped before anything is matched. */
const MAX_READ_LENGTH = 4096;

/** Characters that are printed of a text. */
const MAX_PRINTED_LENGTH = 1000;

const secrets = new Set<string>();

/** Keeps a secret out of everything that is printed from now on. */
export function hide(secret: string): void {
  const text = secret.trim();
  // Messages quote with JSON.stringify, too.
  for (const form of [text, JSON.stringify(text).slice(1, -1)]) {
    if (form.length >= MIN_SECRET_LENGTH) secrets.add(form);
  }
}

/** Shows again what turned out to be no secret. */
export function reveal(text: string): void {
  secrets.delete(text);
}

/**
 * Makes a text fit to print on one line. Secrets and mail addresses are masked,
 * control and invisible characters are left out, and a long text is cut: a
 * server or a proxy may have written it.
 */
export function mask(text: string): string {
  // Each expression takes time in proportion to the text: what is consumed once is not looked at again.
  let masked = text
    .slice(0, MAX_READ_LENGTH)
    .replace(TERMINAL_SEQUENCE, "")
    .replace(/[\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]+/gu, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  for (const secret of secrets) masked = withoutSecret(masked, secret);
  masked = masked
    .replace(/-----BEGIN .*?(?:-----END [^-]*-----|$)/g, "***")
    .replace(/\bBearer [^ "']+/gi, "Bearer ***")
    .replace(/\bBasic [^ "']+/gi, "Basic ***")
    .replace(/eyJ[\w.+/=-]{5,}|[\w-]{40,}/g, "***")
    .replace(/:\/\/[^\s/@]+@/g, "://")
    .replace(ADDRESS, "$1***$2");
  const cut = text.length > MAX_READ_LENGTH || masked.length > MAX_PRINTED_LENGTH;
  return cut ? `${masked.slice(0, MAX_PRINTED_LENGTH).replace(/\p{Cs}$/u, "")}…` : masked;
}

/**
 * What a terminal obeys (ECMA-48, sections 5.4 and 5.6): strings such as OSC up
 * to their end, control sequences, and short escapes.
 */
const TERMINAL_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;

/** A mail address, from where its word begins; also one that is escaped in a URL. */
const ADDRESS = /(?<![^\s@"'<>(),;:])([^\s@"'<>(),;:])[^\s@"'<>(),;:]*((?:@|%40)[^\s@"'<>(),;]+)/gu;

/** Takes out a secret, and also the front of it: messages cut what they quote. */
function withoutSecret(text: string, secret: string): string {
  const head = secret.slice(0, MIN_SECRET_LENGTH);
  let masked = "";
  let rest = 0;
  for (let at = text.indexOf(head); at !== -1; at = text.indexOf(head, rest)) {
    let end = at + head.length;
    while (end - at < secret.length && text[end] === secret[end - at]) end++;
    masked += `${text.slice(rest, at)}***`;
    rest = end;
  }
  return masked + text.slice(rest);
}
