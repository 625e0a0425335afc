import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, describe, expect, it } from "vitest";
import { installTarball, manifest, root, runModule } from "./tarball.js";

const full = installTarball(Object.keys(manifest.dependencies));
const stubsOnly = installTarball(["@bufbuild/protobuf"]);
afterAll(() => {
  full.remove();
  stubsOnly.remove();
});

describe("what is published", () => {
  it("is the build, the stubs, the protos and the documents", () => {
    const tops = new Set(full.files.map((path) => path.split("/")[0]));
    expect([...tops].sort()).toEqual([
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "bench",
      "dist",
      "docs",
      "examples",
      "gen",
      "package.json",
      "proto",
    ]);
    const protos = readdirSync(join(root, "proto"), { recursive: true, encoding: "utf8" });
    for (const proto of protos.filter((name) => name.endsWith(".proto"))) {
      expect(full.files).toContain(join("proto", proto));
    }
    expect(full.files).toContain("gen/image.binpb");
  });

  it("has no file that an export names and the package lacks", async () => {
    const { messages, pkg } = await publint({ pkgDir: full.installed, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("has types that every module resolution agrees on", () => {
    // ESM only: the profile leaves out what CommonJS callers would need.
    const attw = join(root, "node_modules", ".bin", "attw");
    const options = ["--profile", "esm-only", "--format", "ascii"];
    // The descriptor image is data: no module, no types.
    options.push("--exclude-entrypoints", "gen/image.binpb");
    const out = execFileSync(attw, [full.tarball, ...options], { encoding: "utf8" });
    // With a problem it exits with 1.
    expect(out).toContain('"zitadel-resend/web/rest"');
  });
});

describe("what an installed package offers", () => {
  const names = (entry: string, conditions?: string[]) =>
    JSON.parse(
      runModule(
        full.project,
        `console.log(JSON.stringify(Object.keys(await import("${entry}")).sort()))`,
        conditions,
      ),
    );

  it("offers the same names on Node and on the web", () => {
    expect(names("zitadel-resend/web")).toEqual(names("zitadel-resend/node"));
    expect(names("zitadel-resend/web/grpc-web")).toEqual(names("zitadel-resend/node"));
    expect(names("zitadel-resend/web/rest")).toEqual(names("zitadel-resend/node"));
    expect(names("zitadel-resend")).toEqual(names("zitadel-resend/node"));
  });

  it("picks the Node build on Node", () => {
    const resolved = runModule(full.project, `console.log(import.meta.resolve("zitadel-resend"))`);
    expect(resolved).toMatch(/dist\/node\/index\.js$/);
  });

  it("exports createSandbox", () => {
    expect(names("zitadel-resend/sandbox")).toContain("createSandbox");
  });

  it("has a command that runs", () => {
    const bin = join(full.installed, "dist/cli/main.js");
    expect(existsSync(bin)).toBe(true);
    expect(execFileSync(process.execPath, [bin, "--version"], { encoding: "utf8" })).toMatch(
      /^\d+\.\d+\.\d+\n$/,
    );
  });
});

describe("the stubs alone", () => {
  it("need @bufbuild/protobuf and nothing else", () => {
    const code = `
      import { create, toBinary } from "@bufbuild/protobuf";
      import * as stubs from "zitadel-resend/gen/zitadel/management_pb.js";
      const message = create(stubs.ResendHumanInitializationRequestSchema, { userId: "1" });
      console.log(Buffer.from(toBinary(stubs.ResendHumanInitializationRequestSchema, message)).toString("hex"));`;
    expect(runModule(stubsOnly.project, code)).toBe("0a0131");
  });

  it("come as a descriptor image too", () => {
    const code = `
      import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
      import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
      import { readFileSync } from "node:fs";
      import { fileURLToPath } from "node:url";
      const image = readFileSync(fileURLToPath(import.meta.resolve("zitadel-resend/gen/image.binpb")));
      const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
      console.log(registry.getService("zitadel.management.v1.ManagementService").methods[0].name);`;
    expect(runModule(stubsOnly.project, code)).toBe("ResendHumanInitialization");
  });
});
