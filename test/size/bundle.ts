import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** What a page made of one source text weighs, minified and gzip -9, in bytes. */
export interface PageSize {
  /** What it loads before its first call: the entry and all that the entry imports statically. */
  readonly atStartBytes: number;
  /** With what is loaded when it is needed. */
  readonly wholeBytes: number;
  /** The files of the bundle, as paths below the root. */
  readonly inputs: readonly string[];
  /** Modules that the bundle left to the runtime. */
  readonly externals: readonly string[];
}

/** Bundles a page for browsers as esbuild does it, with code splitting. */
export async function bundlePage(source: string, root: string): Promise<PageSize> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: root, loader: "ts", sourcefile: "page.ts" },
    absWorkingDir: root,
    outdir: `${root}/page`,
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
    // Let the bundle fail on these only where it is looked at: the test names who imports them.
    external: ["node:*"],
  });
  const sizes = new Map(
    outputFiles.map(({ path, contents }) => [
      path.slice(root.length + 1),
      gzipSync(contents, { level: 9 }).byteLength,
    ]),
  );
  const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === "page.ts")?.[0];
  if (entry === undefined) throw new Error("esbuild made no entry");
  const atStart = new Set([entry]);
  for (const path of atStart) {
    for (const { path: imported, kind, external } of metafile.outputs[path]?.imports ?? []) {
      if (kind === "import-statement" && !external) atStart.add(imported);
    }
  }
  const sum = (paths: Iterable<string>) =>
    [...paths].reduce((total, path) => total + (sizes.get(path) ?? 0), 0);
  return {
    atStartBytes: sum(atStart),
    wholeBytes: sum(sizes.keys()),
    inputs: Object.keys(metafile.inputs),
    externals: Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path),
    ),
  };
}
