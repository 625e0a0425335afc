import { inject } from "vitest";
import { createResendClient } from "../../src/web/index.js";
import { openRemoteServer } from "./remote-server.js";
import { runSuite } from "./run-suite.js";
import { WIRE_SKIPS } from "./skips.js";

// Vitest serves the page, so the sandbox or real server is another origin to it.
for (const wire of ["application/grpc-web+proto", "application/json"] as const) {
  runSuite({
    wire,
    where: inject("where"),
    skip: [
      ...WIRE_SKIPS[wire],
      {
        case: "retry: a refused connection is tried again, as often as told",
        reason: "a page is not told whether anything was sent",
      },
    ],
    openServer: () => openRemoteServer(inject("controlUrl")),
    createClient: createResendClient,
  });
}
