import type { TransportOptions } from "../transport/transport-options.js";

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
