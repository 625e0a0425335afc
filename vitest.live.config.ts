import { defineConfig } from "vitest/config";
import { skipBrowser } from "./scripts/chromium.mjs";
import { chromium, servedAsIs } from "./test/setup/chromium.js";
import { SummaryReporter } from "./test/setup/summary-reporter.js";

const shared = {
  globalSetup: "test/setup/serve-zitadel.ts",
  testTimeout: 60_000,
};

const node = { test: { ...shared, name: "node", include: ["test/**/*.live.test.ts"] } };

const browser = {
  ...servedAsIs,
  test: { ...shared, name: "browser", include: ["test/suite/*.browser.test.ts"], browser: chromium },
};

/** The suite against the real server that `ZITADEL_URL` names. */
export default defineConfig({
  test: {
    projects: skipBrowser ? [node] : [node, browser],
    // One file at a time: all share one server, which sends about five mails a second.
    fileParallelism: false,
    reporters: ["default", new SummaryReporter(skipBrowser ? ["the browser tests: SKIP_BROWSER=1"] : [])],
  },
});
