// Makes one file of the package's own modules for Node, in place of what tsc
// wrote: a service would spend a third of the import on opening a hundred small
// ones. Dependencies and stubs stay what they are; pages get the modules, which
// their bundler picks from.
//
//   node scripts/bundle-node.mjs   after tsc
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = join(root, "dist", "node");

for (const file of readdirSync(outdir)) if (file.endsWith(".js")) rmSync(join(outdir, file));

await build({
  absWorkingDir: root,
  entryPoints: ["src/node/index.ts"],
  outdir,
  bundle: true,
  // What few callers need stays apart, and is loaded when it is needed.
  splitting: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20.19",
  plugins: [
    {
      name: "stubs stay in gen/",
      setup: ({ onResolve }) =>
        onResolve({ filter: /^\.\.?\/.*\bgen\// }, ({ path }) => ({
          path: path.replace(/^.*\bgen\//, "../../gen/"),
          external: true,
        })),
    },
  ],
});
