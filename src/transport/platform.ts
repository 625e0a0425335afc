import type { Transport } from "@connectrpc/connect";
import type { ManagementService } from "../../gen/zitadel/management_pb.js";
import type { Unary } from "../call/unary.js";
import type { ContentType } from "./content-type.js";
import type { HttpClient } from "./http.js";
import type { TransportOptions } from "./transport-options.js";

/** A Connect `Transport` that can give its connections back. */
export interface ClosableTransport extends Transport {
  /**
   * Ends the connections that the transport keeps; calls under way fail with
   * Canceled. A transport that keeps none does nothing.
   */
  close(): Promise<void>;
}

/** The same as our wires make it: a `Stop` ends its unary calls too. */
export interface WireTransport extends ClosableTransport {
  unary: Unary;
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
