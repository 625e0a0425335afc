/** More than any real chain; it also ends one that runs in a circle. */
const MAX_CAUSES = 16;

/** An error and what caused it, outermost first; also the members of an `AggregateError`. */
export function causesOf(error: unknown): unknown[] {
  const chain = [error];
  for (let at = 0; at < chain.length && chain.length < MAX_CAUSES; at++) {
    const link = chain[at];
    if (typeof link !== "object" || link === null) continue;
    if ("cause" in link && link.cause !== undefined) chain.push(link.cause);
    if (link instanceof AggregateError) chain.push(...link.errors);
  }
  return chain;
}

/** What a thrown value says; nothing where it is an object, which need not have a text at all. */
export function saidBy(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === "object" ? "" : String(thrown);
}
