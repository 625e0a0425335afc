import type { TransportOptions } from "../options.js";
import { generalCodec } from "../transport/rest/codec.js";
import { plainCodec } from "../transport/rest/plain-codec.js";
import { restTransport } from "../transport/rest/transport.js";
import type { Wire } from "../transport/wire.js";
import { withRestDefaults } from "../zitadel/paths.js";
import { webRuntime } from "./runtime.js";

/** REST for any service. */
export const restWire: Wire<TransportOptions> = (options) =>
  restTransport(withRestDefaults(options), webRuntime(options), generalCodec);

/** REST for the client's own method, which is a third smaller. */
export const clientRestWire: Wire<TransportOptions> = (options) =>
  restTransport(withRestDefaults(options), webRuntime(options), plainCodec);
