// @ts-check
// Runs the Node tests on every version line of Node that the package supports,
// the oldest at its lower end. The versions come from the package registry.
import { spawnSync } from "node:child_process";
import { exit, stdout } from "node:process";

const VERSIONS = ["20.19", "22", "24"];

const failed = VERSIONS.filter((version) => {
  stdout.write(`\nNode ${version}\n`);
  const node = ["--yes", `--package=node@${version}`, "--", "node"];
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--project", "node"];
  return spawnSync("npx", [...node, ...vitest], { stdio: "inherit" }).status !== 0;
});

stdout.write(
  failed.length === 0
    ? `\nThe Node tests pass on Node ${VERSIONS.join(", ")}.\n`
    : `\nThe Node tests fail on Node ${failed.join(", ")}.\n`,
);
exit(failed.length === 0 ? 0 : 1);
