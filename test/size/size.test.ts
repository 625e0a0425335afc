import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { bundlePage, type PageSize } from "./bundle.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** A page that makes the call and explains its errors, as its author would write it. */
function page(entry: string): string {
  return `
    import { createResendClient, explainError, personalAccessToken } from "./src/web/${entry}.js";
    const auth = personalAccessToken(() => sessionStorage.getItem("token") ?? "");
    const client = createResendClient({ baseUrl: "https://my-instance.zitadel.cloud", auth });
    document.querySelector("button")?.addEventListener("click", async () => {
      try {
        await client.resendHumanInitialization({ userId: "163840776835432705" });
      } catch (error) {
        alert(explainError(error).hint);
      }
    });`;
}

/** The same call by what there was before: no guard, no retries, no deadline of its own. */
const OFFICIAL_CLIENT = `
  import { createGrpcWebTransport } from "@connectrpc/connect-web";
  import { createManagementServiceClient } from "@zitadel/client/v1";
  const client = createManagementServiceClient(createGrpcWebTransport({ baseUrl: "https://my-instance.zitadel.cloud" }));
  document.querySelector("button")?.addEventListener("click", () => client.resendHumanInitialization({ userId: "1" }));`;

const CONNECT_WEB = `
  import { createClient } from "@connectrpc/connect";
  import { createGrpcWebTransport } from "@connectrpc/connect-web";
  import { ManagementService } from "./gen/zitadel/management_pb.js";
  const client = createClient(ManagementService, createGrpcWebTransport({ baseUrl: "https://my-instance.zitadel.cloud" }));
  document.querySelector("button")?.addEventListener("click", () => client.resendHumanInitialization({ userId: "1" }));`;

/** A kB is 1000 bytes here, minified and gzip -9. */
const PAGES = [
  { name: "gRPC-web alone", source: page("grpc-web"), budgetKb: 30 },
  { name: "REST alone", source: page("rest"), budgetKb: 34 },
  { name: "gRPC-web and REST", source: page("index"), budgetKb: 40 },
] as const;

const RIVALS = [
  { name: "Connect's gRPC-web with these stubs, no policy", source: CONNECT_WEB },
  { name: "@zitadel/client", source: OFFICIAL_CLIENT },
] as const;

const rows: string[] = [];

function note(name: string, { atStartBytes, wholeBytes }: PageSize, budgetKb?: number): void {
  const kb = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
  const budget = budgetKb === undefined ? "" : `${budgetKb} kB`;
  rows.push(`${name.padEnd(48)}${kb(atStartBytes)}  ${kb(wholeBytes)}  ${budget.padStart(7)}`);
}

afterAll(() => {
  const head = `${"minified and gzip -9, 1 kB = 1000 bytes".padEnd(48)} at start      whole   budget`;
  process.stdout.write(`\n${[head, ...rows].join("\n")}\n\n`);
});

describe.each(PAGES)("a page with $name", ({ name, source, budgetKb }) => {
  test("keeps its budget, and holds nothing of Node", async () => {
    const bundle = await bundlePage(source, ROOT);
    note(name, bundle, budgetKb);
    expect(bundle.externals).toEqual([]);
    const onNode = /^node_modules\/(undici|@connectrpc\/connect-node|commander)\/|^src\/(node|cli|sandbox)\//;
    expect(bundle.inputs.filter((path) => onNode.test(path))).toEqual([]);
    expect(bundle.inputs.some((path) => path.startsWith("src/web/"))).toBe(true);
    expect(bundle.atStartBytes).toBeLessThanOrEqual(budgetKb * 1000);
  });
});

test.each([
  ["grpc-web", /transport\/rest\//],
  ["rest", /transport\/grpc-web\//],
])("a page with %s alone does not hold the other wire", async (entry, other) => {
  const { inputs } = await bundlePage(page(entry), ROOT);
  expect(inputs.filter((path) => other.test(path))).toEqual([]);
});

test.each(RIVALS)("$name is measured beside it", async ({ name, source }) => {
  const bundle = await bundlePage(source, ROOT);
  note(name, bundle);
  expect(bundle.wholeBytes).toBeGreaterThan(0);
});
