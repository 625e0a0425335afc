import { playwright } from "@vitest/browser-playwright";
import { findChromium } from "../../scripts/chromium.mjs";

const executablePath = findChromium();

/** Vitest's browser mode on the Chromium of this machine. */
export const chromium = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  instances: [{ browser: "chromium" as const }],
  provider: playwright({
    launchOptions: {
      // Without one Playwright says that it is missing; `npm test` has looked before.
      ...(executablePath !== undefined && { executablePath }),
      args: [
        // Chromium's own sandbox does not work for root.
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-gpu",
      ],
    },
  }),
};

/**
 * Serves the dependencies to pages as they are; all are ES modules. Vite would
 * bundle those it finds, and start a test anew when it finds another one.
 */
export const servedAsIs = { optimizeDeps: { noDiscovery: true } };
