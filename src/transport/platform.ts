import type { Transport } from "@connectrpc/connect";
import type { ManagementService } from "../../gen/zitadel/management_pb.js";
import type { CloseOptions } from "../call/drain.js";
import type { Unary } from "../call/unary.js";
import type { ContentType } from "./content-type.js";
import type { HttpClient } from "./http.js";
import type { TransportOptions } from "./transport-options.js";

/** A Connect `Transport` that can give its connections back. */
export interface ClosableTransport extends Transport {
  /**
   * Refuses new calls, lets those under way settle, streams too, then ends the
   * connections that the transport keeps. A stream is under way until all of it
   * has been read, or its reader has left.
   *
   * @throws ConnectError InvalidArgument if `graceMs` is no time
   */
  close(options?: CloseOptions): Promise<void>;
}

/** A transport as our wires make it: a `Stop` ends its unary calls too, and `close` ends its connections at once. */
export interface WireTransport extends Transport {
  unary: Unary;
  close(): Promise<void>;
}

/** Makes the transport of one wire. */
export type Wire<Options extends TransportOptions> = (options: Options) => WireTransport;

/** The wires that a runtime can offer; a build that leaves one out does not load it. */
export interface Platform<Options extends TransportOptions = TransportOptions> {
  /** How error messages call it. */
  readonly name: string;
  readonly defaultContentType: ContentType;
  /** The rpc of the client, by the stubs that the platform's wires need. */
  readonly method: typeof ManagementService.method.resendHumanInitialization;
  readonly grpc?: Wire<Options>;
  readonly grpcWeb?: Wire<Options>;
  readonly rest?: Wire<Options>;
  /** Opens plain HTTP, for what is not a call of a service: a token endpoint. */
  readonly http: (options: Partial<Options>) => { readonly http: HttpClient; close(): Promise<void> };
}
