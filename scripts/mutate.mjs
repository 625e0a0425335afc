// @ts-check
// Changes the code on purpose, a piece at a time, and tells which changes no
// test notices. Run by hand: it takes about two seconds a change.
//
//   node scripts/mutate.mjs FILE… -- TEST_FOLDER…
//   node scripts/mutate.mjs src/errors/*.ts -- test/errors test/retry
//
// StrykerJS runs in a copy of the project with packages of its own, so that
// nobody else installs them.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const dash = argv.indexOf("--");
if (dash < 3 || dash === argv.length - 1) {
  console.error("usage: node scripts/mutate.mjs FILE… -- TEST_FOLDER…");
  exit(2);
}
const files = argv.slice(2, dash);
const tests = argv.slice(dash + 1);

const copy = mkdtempSync(join(tmpdir(), "zitadel-resend-mutate-"));
/** @param {string[]} args */
const npm = (...args) => execFileSync("npm", args, { cwd: copy, stdio: ["ignore", "ignore", "inherit"] });
try {
  // What is committed and what is not yet, but nothing that is ignored.
  const paths = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const path of paths.trim().split("\n")) cpSync(join(root, path), join(copy, path));
  npm("ci", "--ignore-scripts");
  npm(
    "install",
    "--no-save",
    "--ignore-scripts",
    "@stryker-mutator/core@9",
    "@stryker-mutator/vitest-runner@9",
  );
  writeFileSync(
    join(copy, "vitest.mutate.config.ts"),
    `import { packageByName } from "./test/setup/package-by-name.js";
export default {
  resolve: { alias: packageByName },
  test: {
    include: ${JSON.stringify(tests.map((folder) => `${folder}/**/*.test.ts`))},
    exclude: ["**/*.browser.test.ts", "**/*.live.test.ts"],
    testTimeout: 20_000,
  },
};
`,
  );
  writeFileSync(
    join(copy, "stryker.config.json"),
    JSON.stringify({
      mutate: files,
      testRunner: "vitest",
      vitest: { configFile: "vitest.mutate.config.ts" },
      coverageAnalysis: "perTest",
      reporters: ["clear-text"],
      clearTextReporter: { logTests: false, reportTests: false },
      // Not a file: Stryker reads one with an interface that TypeScript 7 has not.
      tsconfigFile: "none",
    }),
  );
  const { status } = spawnSync("npx", ["stryker", "run"], { cwd: copy, stdio: "inherit" });
  exit(status ?? 1);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
