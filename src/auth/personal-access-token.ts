import { Code } from "@connectrpc/connect";
import type { Auth } from "../credential.js";
import { notSentError } from "../errors/facts.js";
import { checkBearerToken } from "./checks.js";

/**
 * Authenticates with a personal access token, or with any other access token
 * of ZITADEL.
 *
 * A function is asked before each attempt. When the server refuses the token
 * it gave, it is asked once more, and the call repeated if the answer differs.
 * A fixed text cannot be renewed, so its refusal is final.
 *
 * @throws ConnectError Unauthenticated, at once for a text and from the call for
 *   a function, if the token is empty, wrapped in `Bearer …` or not one by RFC
 *   6750, section 2.1; or if the function fails. Nothing was sent then.
 */
export function personalAccessToken(token: string | (() => string | Promise<string>)): Auth {
  if (typeof token !== "function") {
    const fixed = checkBearerToken(token, "the personal access token");
    return () => () => fixed;
  }
  return () => async () => {
    let present: unknown;
    try {
      present = await token();
    } catch (error) {
      throw notSentError(
        "the function passed to personalAccessToken failed; its error is the cause",
        Code.Unauthenticated,
        "unauthenticated",
        error,
      );
    }
    return checkBearerToken(present, "what the function passed to personalAccessToken gave");
  };
}
