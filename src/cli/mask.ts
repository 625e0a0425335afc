import { looksSecret } from "../node/secret-file.js";

/** A secret shorter than this would blot out words. */
const MIN_SECRET_LENGTH = 8;

/** Characters of a text that are looked at. The rest is dropped before anything is matched. */
const MAX_READ_LENGTH = 4096;

/** Characters that are printed of a text. */
const MAX_PRINTED_LENGTH = 1000;

/** The secrets, by the characters that they begin with. */
const secrets = new Map<string, Set<string>>();

/** Keeps a secret out of everything that is printed from now on. */
export function hide(secret: string): void {
  for (const form of formsOf(secret)) {
    if (form.length < MIN_SECRET_LENGTH) continue;
    const head = form.slice(0, MIN_SECRET_LENGTH);
    secrets.set(head, (secrets.get(head) ?? new Set()).add(form));
  }
}

/** Shows again what turned out to be no secret. */
export function reveal(text: string): void {
  for (const form of formsOf(text)) secrets.get(form.slice(0, MIN_SECRET_LENGTH))?.delete(form);
}

/** A text on one line, as it is printed, also where a message quotes it with JSON.stringify. */
const formsOf = (text: string) => [onOneLine(text), onOneLine(JSON.stringify(text.trim()).slice(1, -1))];

/**
 * Makes a text fit to print on one line. Secrets and mail addresses are masked,
 * control and invisible characters are left out, and a long text is cut: a
 * server or a proxy may have written it.
 */
export function mask(text: string): string {
  const masked = withoutSecrets(onOneLine(text.slice(0, MAX_READ_LENGTH)))
    .replace(/-----BEGIN .*?(?:-----END [^-]*-----|$)/g, "***")
    .replace(/\bBearer [^ "']+/gi, "Bearer ***")
    .replace(/\bBasic [^ "']+/gi, "Basic ***")
    .replace(/eyJ[\w.+/=-]{5,}|[\w-]{40,}/g, "***")
    .replace(/:\/\/[^\s/@]+@/g, "://")
    .replace(MAIL_ADDRESS, "$1***$2");
  const cut = text.length > MAX_READ_LENGTH || masked.length > MAX_PRINTED_LENGTH;
  return cut ? `${masked.slice(0, MAX_PRINTED_LENGTH).replace(/\p{Cs}$/u, "")}…` : masked;
}

// Each expression here takes time in proportion to the text: what one attempt has consumed, none looks at again.

function onOneLine(text: string): string {
  return text
    .replace(TERMINAL_SEQUENCE, "")
    .replace(/[\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]+/gu, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

/**
 * What a terminal obeys (ECMA-48, sections 5.4 and 5.6): strings such as OSC up
 * to their end, control sequences, and short escapes.
 */
const TERMINAL_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;

/** A mail address, from where its word begins; also one that is escaped in a URL. */
const MAIL_ADDRESS = /(?<![^\s@"'<>(),;:])([^\s@"'<>(),;:])[^\s@"'<>(),;:]*((?:@|%40)[^\s@"'<>(),;]+)/gu;

/** Takes out the secrets, and also the front of one: messages cut what they quote. */
function withoutSecrets(text: string): string {
  let masked = "";
  for (let at = 0; at < text.length; ) {
    const candidates = secrets.get(text.slice(at, at + MIN_SECRET_LENGTH)) ?? [];
    const length = Math.max(0, ...[...candidates].map((secret) => commonLength(secret, text, at)));
    masked += length > 0 ? "***" : text.charAt(at);
    at += length || 1;
  }
  return masked;
}

function commonLength(secret: string, text: string, at: number): number {
  let length = 0;
  while (length < secret.length && text[at + length] === secret[length]) length++;
  return length;
}

/**
 * Keeps out of all that is printed what looks like a secret in the arguments
 * and in `ZITADEL_` variables, wherever it stands: a token in place of a file
 * name, a key in place of a command.
 */
export function hideSecrets(args: readonly string[], env: NodeJS.ProcessEnv): void {
  for (const name of ["ZITADEL_TOKEN", "ZITADEL_CLIENT_SECRET"]) hide(env[name] ?? "");
  const others = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith("ZITADEL_") ? [value ?? ""] : [],
  );
  for (const value of [...args, ...others]) {
    for (const part of [value, value.replace(/^-+/, ""), value.replace(/^[^=]*=/, "")]) {
      for (const secret of secretsIn(part)) hide(secret);
    }
  }
}

/** The whole of a text, or the words of a URL or a path, whose front says much. */
function secretsIn(text: string): string[] {
  const parts = /^(?:[~.]*[\\/]|[a-z]+:\/\/)/i.test(text) ? text.split(/[^\w+=-]+/) : [text];
  return parts.filter((part) => looksSecret(part) || /[\w-]{40}/.test(part));
}
