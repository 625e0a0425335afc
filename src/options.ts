import type { Interceptor, Transport } from "@connectrpc/connect";
import type { Auth } from "./auth/auth.js";
import type { TransportOptions } from "./transport/transport-options.js";

/** What a client needs to know besides where to call. */
export interface CallPolicy {
  /** The credential of the calls; leave out only where something in between adds one. */
  readonly auth?: Auth;

  /**
   * Lets a credential travel over `http://` to any host, where everybody on the
   * way can read it. Loopback hosts need no permission.
   *
   * @default false
   */
  readonly allowInsecure?: boolean;

  /**
   * Organisation that the calls act in, as `x-zitadel-orgid`; a call may name
   * another one.
   *
   * @default the caller's own
   */
  readonly orgId?: string;

  /**
   * Connect interceptors, the first one outermost. Each sees a call once,
   * whatever is repeated underneath, and never its credential.
   */
  readonly interceptors?: readonly Interceptor[];
}

/** Options of `createResendClient`: how to call, and where, or a transport that knows. */
export type ResendClientOptions<Options extends TransportOptions = TransportOptions> = CallPolicy &
  ((Options & { readonly transport?: never }) | { readonly transport: Transport });
