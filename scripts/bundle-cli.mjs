// Bundles the command line: started once a call, it would spend more time on
// loading a few hundred small modules than on the call.
//
//   node scripts/bundle-cli.mjs [OUTDIR]   default: dist/cli
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = process.argv[2] ?? join(root, "dist", "cli");

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["src/cli/main.ts"],
  outdir,
  bundle: true,
  // A command loads its own part only.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  // Loaded late, where they are needed at all; as CommonJS they do not split.
  external: ["undici", "selfsigned"],
  banner: {
    js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
  },
  legalComments: "none",
  metafile: true,
});

const folders = Object.keys(metafile.inputs).flatMap(
  (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
);
const licenses = [...new Set(folders)].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? "" : readFileSync(join(root, folder, file), "utf8");
  return `${name} ${version}, ${license}\n\n${text}`;
});
writeFileSync(join(outdir, "LICENSES.txt"), licenses.join(`\n${"-".repeat(72)}\n\n`));
