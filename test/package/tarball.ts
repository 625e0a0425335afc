import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const manifest: { dependencies: Record<string, string>; exports: Record<string, unknown> } =
  JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/**
 * Packs what would be published and unpacks it into a project of its own, next
 * to links to `dependencies` alone: whatever is imported but not declared is
 * missing there.
 */
export function installTarball(dependencies: readonly string[]) {
  const project = mkdtempSync(join(tmpdir(), "zitadel-resend-"));
  const installed = join(project, "node_modules", "zitadel-resend");
  mkdirSync(installed, { recursive: true });
  const packed: { filename: string; files: { path: string }[] }[] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  const [tarball] = packed;
  if (tarball === undefined) throw new Error("npm pack made nothing");
  execFileSync("tar", ["-xzf", join(project, tarball.filename), "-C", installed, "--strip-components=1"]);
  for (const name of dependencies) {
    const link = join(project, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link);
  }
  return {
    project,
    installed,
    tarball: join(project, tarball.filename),
    files: tarball.files.map((file) => file.path),
    remove: () => rmSync(project, { recursive: true, force: true }),
  };
}

/** Runs a module in the project, with the given export conditions, and gives its output. */
export function runModule(project: string, code: string, conditions: readonly string[] = []): string {
  const flags = conditions.map((condition) => `--conditions=${condition}`);
  return execFileSync(process.execPath, [...flags, "--input-type=module", "--eval", code], {
    cwd: project,
    encoding: "utf8",
  }).trim();
}
