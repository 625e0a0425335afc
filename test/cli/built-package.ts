import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
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
  const dist = join(folder, "dist");
  const tsc = join(root, "node_modules", ".bin", "tsc");
  // Types are the linter's business: what was emitted is run.
  spawnSync(tsc, ["-p", join(root, "tsconfig.build.json"), "--outDir", dist]);
  execFileSync(process.execPath, [join(root, "scripts", "bundle-cli.mjs"), join(dist, "cli")]);
  return {
    folder,
    bin: join(dist, "cli", "main.js"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
