import { looksSecret } from "../node/secret-file.js";
import { hide } from "./mask.js";

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
