import { defineConfig } from "vitest/config";
import { skipBrowser } from "./scripts/chromium.mjs";
import { chromium, servedAsIs } from "./test/setup/chromium.js";
import { packageByName } from "./test/setup/package-by-name.js";
import { SummaryReporter } from "./test/setup/summary-reporter.js";

const node = {
  resolve: { alias: packageByName },
  test: {
    name: "node",
    setupFiles: "test/setup/node-causes.ts",
    include: ["test/**/*.test.ts"],
    exclude: ["test/**/*.browser.test.ts", "test/**/*.live.test.ts"],
    testTimeout: 20_000,
  },
};

const browser = {
  ...servedAsIs,
  test: {
    name: "browser",
    include: ["test/**/*.browser.test.ts"],
    exclude: ["test/**/*.live.test.ts"],
    globalSetup: "test/setup/serve-sandboxes.ts",
    browser: chromium,
    testTimeout: 20_000,
  },
};

const leftOut = [
  "src/cli, of the coverage: its tests run the built program",
  ...(skipBrowser ? ["the browser tests: SKIP_BROWSER=1"] : []),
];

export default defineConfig({
  test: {
    projects: skipBrowser ? [node] : [node, browser],
    reporters: ["default", new SummaryReporter(leftOut)],
    coverage: {
      provider: "v8",
      include: ["src/**"],
      exclude: ["src/cli/**"],
      // The table names the lines that no test ran.
      reporter: [["text", { skipFull: true, maxCols: 110 }]],
      reportOnFailure: true,
    },
  },
});
