// @ts-check
// Finds the Chromium or Chrome that the browser tests run in. As a program
// (`npm test` starts it first) it installs one where none is found and the
// system is Debian-like and lets it.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { argv, env, exit, getuid, stderr } from "node:process";
import { fileURLToPath } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const MAC = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Whether the browser tests are to be left out. */
export const skipBrowser = env.SKIP_BROWSER === "1";

/**
 * The browser that `CHROMIUM_PATH` names, else the first of the usual names on `PATH`.
 *
 * @returns {string | undefined}
 */
export function findChromium() {
  if (env.CHROMIUM_PATH) return isExecutable(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : undefined;
  const folders = (env.PATH ?? "").split(delimiter);
  return [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...MAC].find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why there is no browser, and how to get one, in one line. */
function advice() {
  if (env.CHROMIUM_PATH) return `CHROMIUM_PATH names no program: ${env.CHROMIUM_PATH}`;
  return "no Chromium found: install one (Debian: apt-get install chromium), or set CHROMIUM_PATH, or leave the browser tests out with SKIP_BROWSER=1";
}

function install() {
  if (env.CHROMIUM_PATH || getuid?.() !== 0 || !existsSync("/etc/debian_version")) return;
  stderr.write("no Chromium found; installing it with apt-get\n");
  aptGet("update", "-q");
  aptGet("install", "-q", "-y", "--no-install-recommends", "chromium");
}

/** @param {string[]} args */
function aptGet(...args) {
  // What it says goes to stderr: stdout is the tests'.
  spawnSync("apt-get", args, {
    stdio: ["ignore", 2, 2],
    env: { ...env, DEBIAN_FRONTEND: "noninteractive" },
  });
}

if (argv[1] === fileURLToPath(import.meta.url) && !skipBrowser) {
  if (findChromium() === undefined) install();
  if (findChromium() === undefined) {
    stderr.write(`${advice()}\n`);
    exit(1);
  }
}
