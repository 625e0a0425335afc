import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { buildPackage } from "../cli/built-package.js";
import { root } from "./documents.js";

/**
 * A project of a reader, with the package as it is built from the sources now,
 * its stubs and protos, and every other module that a document names.
 */
export function readersProject() {
  const built = buildPackage();
  symlinkSync(join(root, "proto"), join(built.folder, "proto"));
  const folder = mkdtempSync(join(tmpdir(), "zitadel-resend-docs-"));
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  for (const name of readdirSync(join(root, "node_modules"))) {
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  symlinkSync(built.folder, join(modules, "zitadel-resend"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));

  const bin = join(folder, "bin");
  mkdirSync(bin);
  // Without asking a registry.
  const npx = `#!/bin/sh
name=$1; shift
if [ "$name" = zitadel-resend ]; then exec "${process.execPath}" "${built.bin}" "$@"; fi
exec "${join(root, "node_modules/.bin")}/$name" "$@"
`;
  writeFileSync(join(bin, "npx"), npx);
  chmodSync(join(bin, "npx"), 0o755);

  return {
    folder,
    /** The built command line. */
    bin: built.bin,
    /** `PATH` with the `npx` of the project. */
    path: `${bin}:${process.env.PATH}`,
    /** Compiles TypeScript as the package's own; throws what the compiler says. */
    compile(sources: readonly string[]): void {
      const files = sources.map((code, index) => {
        const file = `block-${index}.ts`;
        writeFileSync(join(folder, file), code);
        return file;
      });
      const project = {
        extends: join(root, "tsconfig.json"),
        compilerOptions: { noEmit: true, typeRoots: [join(root, "node_modules/@types")] },
        include: files,
      };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project));
      execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
    },
    /** Writes TypeScript as Node 20 runs it, and gives the file. */
    javascript(name: string, code: string): string {
      // A page would have a session storage.
      const page = "globalThis.sessionStorage ??= { getItem: () => process.env.ZITADEL_TOKEN };\n";
      const file = join(folder, name);
      writeFileSync(
        file,
        transformSync(page + code, { loader: "ts", format: "esm", target: "node20.19" }).code,
      );
      return file;
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
      built.remove();
    },
  };
}
