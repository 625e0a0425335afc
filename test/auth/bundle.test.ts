import { runInNewContext } from "node:vm";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { hostOf } from "./host.js";
import { account } from "./service-account.js";
import { issuesTokens, startTokenEndpoint } from "./token-endpoint.js";

/** Bundles code as for a page; what is loaded on demand comes in chunks of its own. */
async function bundle(code: string) {
  const { metafile } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["browser"],
    splitting: true,
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const chunks = Object.values(metafile.outputs);
  const entry = chunks.find(({ entryPoint }) => entryPoint === "<stdin>");
  const atOnce = new Set(Object.keys(entry?.inputs ?? {}));
  for (const { path, kind } of entry?.imports ?? []) {
    if (kind !== "import-statement") continue;
    for (const input of Object.keys(metafile.outputs[path]?.inputs ?? {})) atOnce.add(input);
  }
  return { atOnce: [...atOnce], inputs: Object.keys(metafile.inputs) };
}

const all = `
  export { clientCredentials } from "../../src/auth/client-credentials.js";
  export { personalAccessToken } from "../../src/auth/personal-access-token.js";
  export { serviceAccountKey } from "../../src/auth/service-account-key.js";
  export { withAuth } from "../../src/auth/with-auth.js";
`;
const tokenAlone = `
  export { personalAccessToken } from "../../src/auth/personal-access-token.js";
  export { withAuth } from "../../src/auth/with-auth.js";
`;

describe("the credentials in a bundle", () => {
  it("import nothing of Node", async () => {
    // esbuild fails on a module that a browser does not have.
    expect((await bundle(all)).inputs.some((path) => path.endsWith("src/auth/assertion.ts"))).toBe(true);
    await expect(bundle(`${all}import "node:fs";`)).rejects.toThrow(/node:fs/);
  });

  it("get a token where there is nothing but web APIs", async () => {
    await using endpoint = await startTokenEndpoint(issuesTokens());
    const { outputFiles } = await build({
      stdin: { contents: all, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      format: "iife",
      globalName: "auth",
      platform: "browser",
      write: false,
    });
    const web = { crypto, Headers, URL, URLSearchParams, TextEncoder, TextDecoder, AbortController };
    const tokens = runInNewContext(
      `${outputFiles[0]?.text}
      Promise.all([
        auth.serviceAccountKey(key)(host)(new Headers()),
        auth.clientCredentials({ clientId: "a", clientSecret: "b" })(host)(new Headers()),
      ])`,
      {
        ...web,
        ...{ atob, btoa, setTimeout, clearTimeout, structuredClone },
        key: account.key,
        host: hostOf(endpoint.url),
      },
    );
    expect([...(await tokens)].sort()).toEqual(["token-1", "token-2"]);
  });

  it("load what makes assertions on demand", async () => {
    const { atOnce, inputs } = await bundle(all);
    const lazy = /node_modules\/jose\/|auth\/assertion\.ts$/;
    expect(inputs.filter((path) => lazy.test(path)).length).toBeGreaterThan(3);
    expect(atOnce.filter((path) => lazy.test(path))).toEqual([]);
  });

  it("hold nothing of tokens that are fetched where a personal access token is all", async () => {
    const { inputs, atOnce } = await bundle(tokenAlone);
    expect(atOnce.some((path) => path.endsWith("auth/with-auth.ts"))).toBe(true);
    const others = /node_modules\/jose\/|auth\/(token-|kept-token|service-account|client-credentials|pkcs8)/;
    expect(inputs.filter((path) => others.test(path))).toEqual([]);
  });
});
