import type { Transport } from "@connectrpc/connect";
import type { Auth } from "./auth.js";

/** Puts the credential on each attempt. */
export function withAuth(next: Transport["unary"], auth: Auth): Transport["unary"] {
  return async (method, signal, timeoutMs, header, input, contextValues) => {
    const withCredential = new Headers(header);
    withCredential.set("authorization", await auth());
    return next(method, signal, timeoutMs, withCredential, input, contextValues);
  };
}
