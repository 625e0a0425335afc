import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { installTarball, manifest, root } from "./tarball.js";

const installed = installTarball([...Object.keys(manifest.dependencies), "@types/node", "undici-types"]);
afterAll(installed.remove);

/** What a user writes, and what `entry` has to be typed as for it. */
function useOf(entry: string, rest = ""): string {
  return `
    import { createResendClient, createTransport, explainError, serviceAccountKey } from "${entry}";
    export async function main(): Promise<string> {
      const auth = serviceAccountKey({});
      const client = createResendClient({ baseUrl: "https://zitadel.example", auth });
      const dispose: () => PromiseLike<void> = client[Symbol.asyncDispose];
      const transport = createTransport({ baseUrl: "https://zitadel.example" });
      try {
        const { details } = await client.resendHumanInitialization({ userId: "1" }, { orgId: "2" });
        return details?.resourceOwner ?? "";
      } catch (error) {
        return explainError(error).hint;
      } finally {
        await client.close({ graceMs: 5 });
        await transport.close();
        await dispose();
      }
    }
    ${rest}
    // @ts-expect-error an option that no client has: so the types are there, and not "any"
    createResendClient({ baseUrl: "https://zitadel.example", nonesuch: 1 });`;
}

const SANDBOX = `
  import { createSandbox } from "zitadel-resend/sandbox";
  export async function main(): Promise<number> {
    const sandbox = await createSandbox({ tls: true });
    await sandbox[Symbol.asyncDispose]();
    // @ts-expect-error no number: so the types are there, and not "any"
    return sandbox.url;
  }`;

/** What a user's compiler says about a module, with the declarations of all that it imports checked as well. */
function compile(code: string, options: object): string {
  writeFileSync(join(installed.project, "main.ts"), code);
  const compilerOptions = {
    ...{ target: "ES2022", module: "NodeNext", moduleResolution: "NodeNext", strict: true },
    ...{ exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false, ...options },
  };
  const config = { compilerOptions, files: ["main.ts"] };
  writeFileSync(join(installed.project, "tsconfig.json"), JSON.stringify(config));
  writeFileSync(join(installed.project, "package.json"), '{"type":"module"}');
  try {
    return execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", "."], {
      cwd: installed.project,
      encoding: "utf8",
    });
  } catch (error) {
    return error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
  }
}

describe("declarations compile for those who check all of them", () => {
  const page = { lib: ["ES2022", "DOM"], types: [], module: "ESNext", moduleResolution: "Bundler" };
  it.each(["zitadel-resend", "zitadel-resend/web", "zitadel-resend/web/grpc-web", "zitadel-resend/web/rest"])(
    "%s, in a page, without Node's types",
    (entry) => {
      expect(compile(useOf(entry), page)).toBe("");
    },
  );

  const node = { lib: ["ES2022"], types: ["node"] };
  it.each(["zitadel-resend", "zitadel-resend/node"])("%s, with Node's types alone", (entry) => {
    const rest = `export type Tls = import("${entry}").TransportOptions["tls"];`;
    expect(compile(useOf(entry, rest), node)).toBe("");
  });

  it("zitadel-resend/sandbox, with Node's types alone", () => {
    expect(compile(SANDBOX, node)).toBe("");
  });

  it("the stubs alone, without any", () => {
    const code = `
      import { ManagementService } from "zitadel-resend/gen/zitadel/management_pb.js";
      export const kind: "unary" = ManagementService.method.resendHumanInitialization.methodKind;`;
    expect(compile(code, { ...page, lib: ["ES2022"] })).toBe("");
  });
});
