import type { Wire } from "../transport/platform.js";
import { generalEngine } from "../transport/rest/general-engine.js";
import { plainEngine } from "../transport/rest/plain-engine.js";
import { restTransport } from "../transport/rest/transport.js";
import type { TransportOptions } from "../transport/transport-options.js";
import { withRestDefaults } from "../zitadel/rest-defaults.js";
import { webRuntime } from "./runtime.js";

/** REST for any service. */
export const restWire: Wire<TransportOptions> = (options) =>
  restTransport(withRestDefaults(options), webRuntime(options), generalEngine);

/** REST for the client's own method, which is a third smaller. */
export const clientRestWire: Wire<TransportOptions> = (options) =>
  restTransport(withRestDefaults(options), webRuntime(options), plainEngine);
