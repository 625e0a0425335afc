import { Code, type ConnectError } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";

/**
 * Whether anybody between here and the server could read what is sent: plain
 * `http:` to another host. Loopback is `localhost`, 127.0.0.0/8 and `[::1]`;
 * `URL` has already brought other spellings of an address into these.
 * `localhost.` and names that end in `.localhost` are not: they go to whoever
 * DNS says, whatever RFC 6761 asks for.
 */
export function isCleartext(url: URL): boolean {
  return url.protocol !== "https:" && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** Refuses to send a credential where others could read it. */
export function cleartextError(url: URL): ConnectError {
  return notSentError(
    `no credential goes to ${url.origin} over http://; use https://, or allowInsecure: true`,
    Code.InvalidArgument,
    "invalid_request",
  );
}
