import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Builds the package from the sources as they are now into a folder of its own,
 * where modules can also import it by its name.
 */
export function buildPackage() {
  const folder = mkdtempSync(join(tmpdir(), "zitadel-resend-built-"));
  for (const name of ["node_modules", "gen"]) symlinkSync(join(root, name), join(folder, name));
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  const bin = join(folder, "dist", "cli", "main.js");
  const build = ["-p", join(root, "tsconfig.build.json"), "--outDir", join(folder, "dist")];
  // Types are the linter's business: what was emitted is run.
  const { stdout } = spawnSync(join(root, "node_modules", ".bin", "tsc"), build, { encoding: "utf8" });
  if (!existsSync(bin)) throw new Error(`the build made no command line:\n${stdout}`);
  return { folder, bin, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
