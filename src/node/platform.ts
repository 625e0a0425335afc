import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { grpcTimeout } from "../call/deadline.js";
import { readCausesBy } from "../errors/from-causes.js";
import { verdictOfNodeCause } from "../errors/from-node.js";
import type { WireRuntime } from "../http/client.js";
import { fetchClient } from "../http/fetch-client.js";
import { undiciClient } from "../http/node/undici-client.js";
import type { NodeTransportOptions } from "../options.js";
import { grpcTransport } from "../transport/grpc/transport.js";
import { generalCodec } from "../transport/rest/codec.js";
import { restTransport } from "../transport/rest/transport.js";
import type { Platform } from "../transport/wire.js";
import { withRestDefaults } from "../zitadel/paths.js";
import { nodeGrpcWebTransport } from "./grpc-web.js";

readCausesBy(verdictOfNodeCause);

/** Node offers every wire. */
export const nodePlatform: Platform<NodeTransportOptions> = {
  name: "Node",
  defaultContentType: "application/grpc",
  method: ManagementService.method.resendHumanInitialization,
  grpc: grpcTransport,
  grpcWeb: nodeGrpcWebTransport,
  rest: (options) => restTransport(withRestDefaults(options), httpRuntime(options), generalCodec),
  http: (options) => httpRuntime(options),
};

type HttpOptions = Partial<Pick<NodeTransportOptions, "baseUrl" | "fetch" | "tls" | "acceptCompression">>;

function httpRuntime(options: HttpOptions): WireRuntime & { close(): Promise<void> } {
  return options.fetch
    ? { http: fetchClient(options.fetch), close: async () => {}, timeoutText: grpcTimeout }
    : { ...undiciClient(options), timeoutText: grpcTimeout };
}
