import type { TestProject } from "vitest/node";
import { openSandbox } from "../suite/sandbox-server.js";
import { serveTestServers } from "./serve-test-servers.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Where a page asks for test servers. */
    controlUrl: string;
  }
}

/** Gives the browser tests their sandboxes. */
export default async function setup(project: TestProject) {
  const control = await serveTestServers(() => openSandbox({ tls: false }));
  project.provide("controlUrl", control.url);
  return control.close;
}
