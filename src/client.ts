import { type CallOptions, type Client, createClient, type Transport } from "@connectrpc/connect";
import { ManagementService } from "../gen/zitadel/management_pb.js";
import { withAuth } from "./auth/with-auth.js";
import type { ResendClientOptions } from "./options.js";
import { parseBaseUrl } from "./transport/base-url.js";
import { createTransportOn } from "./transport/create-transport.js";
import type { ClosableTransport, Platform } from "./transport/platform.js";
import type { TransportOptions } from "./transport/transport-options.js";
import { ORG_ID_HEADER } from "./zitadel/headers.js";

/** Connect's own call options, and the organisation of this one call. */
export interface ResendCallOptions extends CallOptions {
  /** Organisation that this call acts in, in place of the client's. */
  readonly orgId?: string;
}

type ManagementClient = Client<typeof ManagementService>;

/** Connect's client of the service, and a way to give its connections back. */
export interface ResendClient extends ManagementClient, AsyncDisposable {
  resendHumanInitialization(
    request: Parameters<ManagementClient["resendHumanInitialization"]>[0],
    options?: ResendCallOptions,
  ): ReturnType<ManagementClient["resendHumanInitialization"]>;

  /** Ends the client's connections, so that the process can exit. A transport that was passed in stays open. */
  close(): Promise<void>;
}

/** Puts the layers of a client together, on one platform. */
export function createClientOn<Options extends TransportOptions>(
  platform: Platform<Options>,
  options: ResendClientOptions<Options>,
): ResendClient {
  let owned: ClosableTransport | undefined;
  let wire: Transport;
  if (options.transport !== undefined) wire = options.transport;
  else wire = owned = createTransportOn(platform, options);
  let unary = wire.unary.bind(wire);
  let http: ReturnType<Platform["http"]> | undefined;
  unary = withAuth(unary, {
    auth: options.auth,
    baseUrl: options.transport === undefined ? parseBaseUrl(options.baseUrl) : undefined,
    allowInsecure: options.allowInsecure,
    http: (request) => {
      http ??= platform.http(options.transport === undefined ? options : {});
      return http.http(request);
    },
  });
  const client = createClient(ManagementService, { unary, stream: wire.stream.bind(wire) });
  const close = async () => {
    await Promise.all([owned?.close(), http?.close()]);
  };
  return {
    resendHumanInitialization: (request, call) =>
      client.resendHumanInitialization(request, withOrg(call, call?.orgId ?? options.orgId)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function withOrg(call: CallOptions | undefined, orgId: string | undefined): CallOptions | undefined {
  if (orgId === undefined) return call;
  const headers = new Headers(call?.headers);
  if (!headers.has(ORG_ID_HEADER)) headers.set(ORG_ID_HEADER, orgId);
  return { ...call, headers };
}
