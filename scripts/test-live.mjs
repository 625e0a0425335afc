// @ts-check
// Runs the suite against a real ZITADEL: the one that ZITADEL_URL names, else
// one that is started for it where the means are at hand, else none.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { argv, env, execPath, exit, stdout } from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const starter = join(root, "../shared/zitadel/run.mjs");
const vitest = [
  join(root, "node_modules/vitest/vitest.mjs"),
  "run",
  "--config",
  join(root, "vitest.live.config.ts"),
  ...argv.slice(2),
];

function hasPostgres() {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const folders = [
    ...(env.PATH ?? "").split(delimiter),
    ...versions.map((version) => join(debian, version, "bin")),
  ];
  return folders.some((folder) => existsSync(join(folder, "initdb")));
}

/** @param {string[]} args */
function run(...args) {
  for (const command of [[join(root, "scripts/chromium.mjs")], args]) {
    const { status } = spawnSync(execPath, command, { stdio: "inherit", cwd: root });
    if (status !== 0) exit(status ?? 1);
  }
  exit(0);
}

if (env.ZITADEL_URL) run(...vitest);
if (!existsSync(starter)) skip(`ZITADEL_URL is not set, and ${starter} is not there to start one`);
if (!hasPostgres()) skip("ZITADEL_URL is not set, and without PostgreSQL none can be started");
run(starter, "--", execPath, ...vitest);

/** @param {string} why */
function skip(why) {
  stdout.write(`test:live skipped: ${why}\n`);
  exit(0);
}
