import type { DescService, Registry } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import type { ContentType } from "./content-type.js";

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
