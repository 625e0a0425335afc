import { env } from "node:process";
import type { TestProject } from "vitest/node";
import { openZitadel } from "../suite/zitadel-server.js";
import { serveTestServers } from "./serve-test-servers.js";

/** Gives the live tests their real server, with users made for each run of the suite. */
export default async function setup(project: TestProject) {
  const access = {
    url: required("ZITADEL_URL"),
    token: required("ZITADEL_TOKEN"),
    keyFile: required("ZITADEL_KEY_FILE"),
    mailbox: required("ZITADEL_MAILBOX"),
  };
  const control = await serveTestServers(() => openZitadel(access));
  project.provide("zitadel", access);
  project.provide("controlUrl", control.url);
  project.provide("where", "Chromium, real server");
  return control.close;
}

function required(name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set; the live tests need it`);
  return value;
}
