import { type Code, ConnectError } from "@connectrpc/connect";
import { noteFacts } from "../errors/facts.js";

/**
 * The error of an answer that is not what was asked for: a proxy's page, a
 * login, another server's. It says what came, and quotes it.
 *
 * @param metadata the answer's header fields
 * @param quote what was read of the answer; may be empty
 * @param wanted what was asked for, where that is worth a word
 */
export function foreignAnswer(
  httpStatus: number,
  code: Code,
  metadata: Headers,
  quote: string,
  wanted?: string,
): ConnectError {
  const type = metadata.get("content-type")?.match(/^[\w.+-]+\/[\w.+-]+/)?.[0] ?? "no content type";
  const instead = wanted ? ` instead of ${wanted}` : "";
  const message = `the server answered HTTP ${httpStatus} with ${type}${instead}${quote && `: "${quote}"`}`;
  return noteFacts(new ConnectError(message, code, metadata), { httpStatus });
}
