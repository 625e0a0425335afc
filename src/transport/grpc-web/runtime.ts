import type { Compression } from "@connectrpc/connect/protocol";
import type { WireRuntime } from "../http.js";

/** What gRPC-web needs from its runtime. */
export interface GrpcWebRuntime extends WireRuntime {
  /** What answers may be compressed with. @default nothing */
  readonly acceptCompression?: Compression | undefined;
  /** Compresses requests of at least `compressMinBytes`. @default nothing */
  readonly sendCompression?: Compression | undefined;
  readonly compressMinBytes?: number | undefined;
}
