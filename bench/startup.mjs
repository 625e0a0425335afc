import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What is imported, timed inside a process that has done nothing else before. */
const IMPORTS = {
  "zitadel-resend": ["zitadel-resend"],
  "@zitadel/client": ["@zitadel/client/v1", "@zitadel/client/node"],
  "connect-node": ["@connectrpc/connect", "@connectrpc/connect-node"],
  "grpc-js": ["@grpc/grpc-js"],
  undici: ["undici"],
};

const cli = fileURLToPath(
  new URL(
    "cli/main.js",
    import.meta.resolve("zitadel-resend/package.json").replace(/package\.json$/, "dist/"),
  ),
);

/** Whole processes, from start to exit. */
const COMMANDS = {
  "zitadel-resend --version": [cli, "--version"],
  "node -e 0": ["-e", "0"],
};

/** Gives milliseconds, one entry a run: `imports[name]` and `commands[name]`, all in turns. */
export function measureStartup(runs) {
  const imports = Object.fromEntries(Object.keys(IMPORTS).map((name) => [name, []]));
  const commands = Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, []]));
  // The first run fills the caches of the file system.
  for (let run = 0; run <= runs; run++) {
    for (const [name, specifiers] of Object.entries(IMPORTS)) {
      const ms = importMs(specifiers);
      if (run > 0) imports[name].push(ms);
    }
    for (const [name, args] of Object.entries(COMMANDS)) {
      const start = performance.now();
      runNode(args);
      if (run > 0) commands[name].push(performance.now() - start);
    }
  }
  return { imports, commands };
}

function importMs(specifiers) {
  const code = `const start = performance.now();
    await Promise.all(${JSON.stringify(specifiers)}.map((specifier) => import(specifier)));
    process.stdout.write(String(performance.now() - start));`;
  return Number(runNode(["--input-type=module", "-e", code]));
}

function runNode(args) {
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}
