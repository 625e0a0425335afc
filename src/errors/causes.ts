/** More than any real chain; it also ends one that runs in a circle. */
const MAX_CAUSES = 16;

/** An error and what caused it, outermost first; also the members of an `AggregateError`. */
export function causesOf(error: unknown): unknown[] {
  const chain = [error];
  for (let at = 0; at < chain.length && chain.length < MAX_CAUSES; at++) {
    const link = chain[at];
    const cause = memberOf(link, "cause");
    if (cause !== undefined) chain.push(cause);
    const errors = memberOf(link, "errors");
    if (Array.isArray(errors)) chain.push(...errors.slice(0, MAX_CAUSES));
  }
  return chain;
}

/**
 * What a thrown value says; nothing where it is an object without a message.
 * Asks for the shape, not for the class: an error of another realm is no
 * `instanceof Error`.
 */
export function saidBy(thrown: unknown): string {
  return typeof thrown === "object" ? fieldOf(thrown, "message") : String(thrown);
}

/** A text field of an error; empty where it has none. */
export function fieldOf(thrown: unknown, name: string): string {
  const value = memberOf(thrown, name);
  return typeof value === "string" ? value : "";
}

function memberOf(thrown: unknown, name: string): unknown {
  return typeof thrown === "object" && thrown !== null ? Reflect.get(thrown, name) : undefined;
}
