import { inject } from "vitest";
import { createResendClient } from "../../src/node/index.js";
import { CONTENT_TYPES } from "../../src/options.js";
import { runSuite } from "./run-suite.js";
import { WIRE_SKIPS } from "./skips.js";
import { openZitadel } from "./zitadel-server.js";

for (const wire of CONTENT_TYPES) {
  runSuite({
    wire,
    where: "Node, real server",
    skip: WIRE_SKIPS[wire],
    openServer: () => openZitadel(inject("zitadel")),
    createClient: createResendClient,
  });
}
