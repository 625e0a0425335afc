import type { Interceptor, Transport } from "@connectrpc/connect";
import type { Auth } from "./auth/auth.js";
import type { Warning } from "./guard/with-organization.js";
import type { RetryOptions } from "./retry/retry-options.js";
import type { TransportOptions } from "./transport/transport-options.js";

/** What a client needs to know besides where to call. */
export interface CallPolicy {
  /**
   * The credential of the calls; leave out only where something in between adds
   * one. An `authorization` header that a call brings, from its caller or an
   * interceptor, goes in its place and is never renewed.
   */
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

  /**
   * Time for a whole call, in milliseconds: for its tokens, attempts and waits
   * together. A call may bring its own. Zero and less mean no deadline; more
   * than 27 hours count as 27 hours. It does not cover interceptors.
   *
   * @default defaultTimeoutMs, or 10000
   */
  readonly timeoutMs?: number;

  /**
   * When a call that failed is repeated; false means never. Without
   * {@link RetryOptions.ambiguous} only calls that were certainly not
   * processed are.
   *
   * @default 4 attempts, 250 ms doubling to 8000 ms
   */
  readonly retry?: RetryOptions | false;

  /**
   * Refuses, with InvalidArgument and before anything is sent: a missing user
   * id, one with spaces around it or invisible characters in it, an e-mail
   * address that is none or equals the user id, either one over 200 characters,
   * and unknown fields. The server would take any text for an address and
   * forget the user's own. False lets everything pass.
   *
   * @default true
   */
  readonly guard?: boolean;

  /**
   * Called after a call that went well, but perhaps not as it was meant. What
   * it throws does not make the call fail: it becomes an uncaught exception.
   *
   * @default nothing is called or printed
   */
  readonly onWarning?: (warning: Warning) => void;
}

/** Options of `createResendClient`: how to call, and where, or a transport that knows. */
export type ResendClientOptions<Options extends TransportOptions = TransportOptions> = CallPolicy &
  ((Options & { readonly transport?: never }) | { readonly transport: Transport });
