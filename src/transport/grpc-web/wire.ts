import type { DescMethod } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import type { StopSignal } from "../../call/stop.js";
import type { HttpFields } from "../fields.js";
import type { ReadOptions } from "./answer.js";
import type { GrpcWebRuntime } from "./runtime.js";

/** What all calls of a transport have in common. */
export interface GrpcWebWire {
  readonly interceptors: readonly Interceptor[];
  readonly writeMaxBytes: number;
  readonly read: ReadOptions;
  readonly runtime: GrpcWebRuntime;
  /** Time limit, URL and header fields of one call. */
  describe(
    method: DescMethod,
    signal: StopSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
  ): { readonly timeoutMs: number | undefined; readonly url: string; readonly fields: HttpFields };
}
