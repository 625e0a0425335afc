import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the command line from the sources as they are now, into a folder of its own. */
export function buildCli() {
  const folder = mkdtempSync(join(tmpdir(), "zitadel-resend-built-"));
  for (const name of ["node_modules", "gen"]) symlinkSync(join(root, name), join(folder, name));
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  execFileSync(process.execPath, [join(root, "scripts", "bundle-cli.mjs"), join(folder, "dist", "cli")]);
  return {
    folder,
    bin: join(folder, "dist", "cli", "main.js"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Builds the whole package; modules in its folder import it by its name. */
export function buildPackage() {
  const built = buildCli();
  // Types are the linter's business: what was emitted is run.
  spawnSync(join(root, "node_modules", ".bin", "tsc"), [
    ...["-p", join(root, "tsconfig.build.json")],
    ...["--outDir", join(built.folder, "dist")],
  ]);
  return built;
}
