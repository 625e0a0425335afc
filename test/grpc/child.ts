import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { build } from "esbuild";

const ROOT = new URL("../../", import.meta.url).pathname;

/**
 * Runs a program in TypeScript in a process of its own, from the package's folder,
 * and resolves when it has ended. Its arguments begin at `process.argv[2]`.
 */
export async function runChild(program: string, args: readonly string[]): Promise<{ stdout: string }> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    write: false,
  });
  const running = promisify(execFile)(process.execPath, ["--input-type=module", "-", ...args], { cwd: ROOT });
  running.child.stdin?.end(outputFiles[0]?.text);
  return await running;
}
