import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { buildSync } from "esbuild";

const ROOT = new URL("../../", import.meta.url).pathname;

/**
 * Runs a program in TypeScript in a process of its own, from the package's folder.
 * Its arguments begin at `process.argv[2]`.
 */
export function runChild(program: string, args: readonly string[]) {
  const { outputFiles } = buildSync({
    stdin: { contents: program, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    write: false,
  });
  const ended = promisify(execFile)(process.execPath, ["--input-type=module", "-", ...args], { cwd: ROOT });
  ended.child.stdin?.end(outputFiles[0]?.text);
  return { ended, stderr: ended.child.stderr };
}
