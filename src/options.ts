import type { DescService, Registry } from "@bufbuild/protobuf";
import type { Interceptor, Transport } from "@connectrpc/connect";
import type { Auth } from "./credential.js";
import type { Failure } from "./errors/explain.js";

/**
 * The content types that the API documents, best first.
 *
 * Each names one wire: gRPC over HTTP/2, gRPC-web, and REST with JSON.
 */
export const CONTENT_TYPES = ["application/grpc", "application/grpc-web+proto", "application/json"] as const;

/** One of {@link CONTENT_TYPES}. */
export type ContentType = (typeof CONTENT_TYPES)[number];

/** What options are where they are not given: of a client and of its wire. */
export const defaults = {
  timeoutMs: 10_000,
  /** Of {@link TransportOptions.readMaxBytes} and {@link TransportOptions.writeMaxBytes}. */
  maxBytes: 4 * 1024 * 1024,
  retry: { maxAttempts: 4, initialDelayMs: 250, maxDelayMs: 8000, ambiguous: false },
} as const;

/** The same of what only Node has. */
export const nodeDefaults = {
  acceptCompression: ["gzip"],
  compressMinBytes: 1024,
  http2: {
    connectTimeoutMs: 10_000,
    pingIdleConnection: false,
    pingTimeoutMs: 15_000,
    idleConnectionTimeoutMs: 900_000,
  },
} as const;

/** Where a transport calls and how; the same on every platform. */
export interface TransportOptions {
  /**
   * Origin of the server, `https://my-instance.zitadel.cloud`. It may hold a
   * path, which goes in front of every request's own.
   */
  readonly baseUrl: string;

  /**
   * Which wire to use.
   *
   * @default `application/grpc` on Node, `application/grpc-web+proto` elsewhere
   */
  readonly contentType?: ContentType;

  /** Connect interceptors, the first one outermost. Each sees each exchange. */
  readonly interceptors?: readonly Interceptor[];

  /**
   * Makes the HTTP requests of gRPC-web and REST in place of the runtime's own.
   * gRPC cannot use it.
   */
  readonly fetch?: typeof globalThis.fetch;

  /**
   * Largest message that is read, in bytes, after decompression. A larger one
   * fails with ResourceExhausted. At most 4294967295.
   *
   * @default 4194304
   */
  readonly readMaxBytes?: number;

  /**
   * Largest message that is sent, in bytes, before compression. A larger one
   * fails with ResourceExhausted before anything is sent.
   *
   * @default 4194304
   */
  readonly writeMaxBytes?: number;

  /** Deadline of calls that do not bring their own, in milliseconds. */
  readonly defaultTimeoutMs?: number;

  /**
   * REST only: what stands before the path of a method's HTTP rule.
   *
   * @default `/management/v1`, `/admin/v1`, … for ZITADEL's v1 services, else nothing
   */
  readonly pathPrefix?: string | ((service: DescService) => string);

  /**
   * REST only: put before the name of every request header that is not HTTP's
   * own: `Grpc-Metadata-` for servers that take metadata under it, as
   * grpc-gateway did by default before 2.33. ZITADEL takes names as they are.
   *
   * @default nothing
   */
  readonly headerPrefix?: string;

  /**
   * REST only: types of the error details to decode, besides ZITADEL's own.
   */
  readonly registry?: Registry;
}

/** TLS settings, on all three wires; PEM text or bytes. */
export interface TlsOptions {
  /** Authorities to trust in place of the system's. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** Client certificate, for a server that asks for one. */
  readonly cert?: string | Uint8Array;
  /** Its private key. */
  readonly key?: string | Uint8Array;
  /** Name that the server's certificate must hold, where it is not the URL's host. */
  readonly serverName?: string;
}

/** How an HTTP/2 connection is kept alive: of gRPC, and of gRPC-web with `httpVersion: "2"`. */
export interface Http2Options {
  /** How long it may take to connect: TCP, TLS and the server's first SETTINGS, in milliseconds. @default 10000 */
  readonly connectTimeoutMs?: number;
  /**
   * Silence after which a PING goes out while calls are under way, in milliseconds.
   * After as much silence, and always after 30 seconds, a call first waits for the answer to a PING.
   * @default no PING
   */
  readonly pingIntervalMs?: number;
  /** Whether to send PINGs while no call is under way. @default false */
  readonly pingIdleConnection?: boolean;
  /** How long a PING may stay unanswered, in milliseconds. @default 15000 */
  readonly pingTimeoutMs?: number;
  /** When an unused connection is closed, in milliseconds. @default 900000 */
  readonly idleConnectionTimeoutMs?: number;
}

/** Options of a transport on Node. */
export interface NodeTransportOptions extends TransportOptions {
  readonly tls?: TlsOptions;
  readonly http2?: Http2Options;
  /** Compresses requests. @default not compressed */
  readonly sendCompression?: "gzip";
  /** Compressions that answers may have. @default `["gzip"]` */
  readonly acceptCompression?: readonly "gzip"[];
  /** Smaller requests are not compressed, in bytes. @default 1024 */
  readonly compressMinBytes?: number;
  /** gRPC-web only: the HTTP version to speak. @default "1.1" */
  readonly httpVersion?: "1.1" | "2";
}

/** When a failed call is repeated, and when it is given up. */
export interface RetryOptions {
  /**
   * How often a call is tried, the first time included; 1 means never again.
   *
   * @default 4
   */
  readonly maxAttempts?: number;

  /**
   * Longest wait before the first repetition, in milliseconds; it doubles with
   * each further one. The wait is random between nothing and this ("full
   * jitter"), so that clients do not come back all at once.
   *
   * @default 250
   */
  readonly initialDelayMs?: number;

  /**
   * Where the doubling ends, in milliseconds. It does not cut short what a
   * server asks for with `Retry-After`.
   *
   * @default 8000
   */
  readonly maxDelayMs?: number;

  /**
   * Also repeats failures after which a mail may have gone out: broken
   * connections, HTTP 502, 503 and 504. Each repetition that arrives sends
   * another mail and makes the link in the one before useless.
   *
   * @default false
   */
  readonly ambiguous?: boolean;

  /**
   * Called before each wait with the number of the attempt that failed, from 1,
   * why it did, and the wait in milliseconds. What it throws ends the call.
   *
   * @default nothing is called
   */
  readonly onRetry?: (attempt: number, failure: Failure, waitMs: number) => void;
}

/** Something that went well, but perhaps not as it was meant. */
export interface Warning {
  /** The server acted in another organisation than the call named, and a mail has gone out (zitadel#12482). */
  readonly kind: "other_organization";
  /** What happened, in English. */
  readonly message: string;
  /** The organisation that the call named. */
  readonly orgId: string;
  /** The organisation of the user that got the mail. */
  readonly resourceOwner: string;
}

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
export type AnyClientOptions<Options extends TransportOptions = TransportOptions> = CallPolicy &
  ((Options & { readonly transport?: never }) | { readonly transport: Transport });
