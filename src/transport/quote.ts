import type { HttpResponse } from "./http.js";

const MAX_CHARACTERS = 200;

/**
 * The first words of an answer that nobody can use, for an error message: one
 * line of plain text, without markup, control characters and tokens; empty
 * where there is nothing to read. Ends the exchange.
 */
export async function quoteBody(response: HttpResponse): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of response.chunks()) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > 4096) break;
    }
  } catch {
    // What came before it broke off is still worth showing.
  }
  return quoteText(text);
}

/** The same of a text that has been read already. */
export function quoteText(text: string): string {
  const words = text
    .slice(0, 4096)
    .replace(/<(script|style)\b[\s\S]*?(<\/\1>|$)|<!--[\s\S]*?(-->|$)|<[^>]*>?/gi, " ")
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, "$1 …")
    .replace(/[\s\p{C}]+/gu, " ")
    .trim();
  return words.length > MAX_CHARACTERS ? `${words.slice(0, MAX_CHARACTERS)}…` : words;
}
