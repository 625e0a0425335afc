import type { Auth } from "./auth.js";

/** Authenticates with a personal access token, or with a function that gives the present one. */
export function personalAccessToken(token: string | (() => string | Promise<string>)): Auth {
  return async () => `Bearer ${typeof token === "function" ? await token() : token}`;
}
