import { createResendClient } from "../../src/node/index.js";
import { CONTENT_TYPES } from "../../src/options.js";
import { runSuite } from "./run-suite.js";
import { openSandbox } from "./sandbox-server.js";
import { WIRE_SKIPS } from "./skips.js";

for (const tls of [false, true]) {
  for (const wire of CONTENT_TYPES) {
    runSuite({
      wire,
      where: tls ? "Node, TLS" : "Node, cleartext",
      skip: WIRE_SKIPS[wire],
      openServer: () => openSandbox({ tls }),
      createClient: (options, { certificate }) =>
        createResendClient({ ...options, ...(certificate !== undefined && { tls: { ca: certificate } }) }),
    });
  }
}
