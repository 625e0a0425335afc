import type { TestProject } from "vitest/node";
import { openSandbox } from "../suite/sandbox-server.js";
import { serveTestServers } from "./serve-test-servers.js";

/** Gives the browser tests their sandboxes. */
export default async function setup(project: TestProject) {
  const control = await serveTestServers(() => openSandbox({ tls: false }));
  project.provide("controlUrl", control.url);
  project.provide("where", "Chromium");
  return control.close;
}
