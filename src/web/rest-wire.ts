import type { TransportOptions } from "../options.js";
import { generalEngine } from "../transport/rest/codec.js";
import { plainEngine } from "../transport/rest/plain-codec.js";
import { restTransport } from "../transport/rest/transport.js";
import type { Wire } from "../transport/wire.js";
import { withRestDefaults } from "../zitadel/paths.js";
import { webRuntime } from "./runtime.js";

/** REST for any service. */
export const restWire: Wire<TransportOptions> = (options) =>
  restTransport(withRestDefaults(options), webRuntime(options), generalEngine);

/** REST for the client's own method, which is a third smaller. */
export const clientRestWire: Wire<TransportOptions> = (options) =>
  restTransport(withRestDefaults(options), webRuntime(options), plainEngine);
