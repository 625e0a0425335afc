import { Code } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { chart } from "../../bench/chart.mjs";
import { speedPart } from "../../bench/table.mjs";
import { DEFAULT_TIMEOUT_MS } from "../../src/retry/deadline.js";
import { retryDefaults } from "../../src/retry/retry-options.js";
import { meaningOf } from "../../src/zitadel/error-ids.js";
import { read, section, tableRows } from "./documents.js";

/** The options of an interface in the sources: name and `@default`. */
function optionsOf(path: string, name: string): Map<string, string> {
  const body = new RegExp(`^export interface ${name}\\b.*?\\{\n(.*?)^\\}$`, "ms").exec(read(path))?.[1];
  if (body === undefined) throw new Error(`${path} has no interface ${name}`);
  const members = body.matchAll(/(?:\/\*\*((?:(?!\*\/).)*)\*\/\s*)?readonly (\w+)\??:/gs);
  return new Map(
    [...members].map(([, comment = "", option = ""]) => [
      option,
      plain(/@default ([^\n]*(?:\n\s*\*\s+\S[^\n]*)*)/.exec(comment)?.[1]),
    ]),
  );
}

const plain = (text = "") =>
  text
    .replace(/\n\s*\*\s*/g, " ")
    .replace(/`/g, "")
    .trim();

/** The text after a heading. */
const proseAfter = (path: string, heading: string) => read(path).split(`${heading}\n`)[1] ?? "";

/** The code of gRPC's name: `NOT_FOUND`. */
function codeNamed(name: string): Code {
  const codes = Object.values(Code).filter((value): value is Code => typeof value === "number");
  return codes.find((code) => Code[code].toUpperCase() === name.replaceAll("_", "")) ?? expect.fail(name);
}

const UNITS = [
  ["Ms", "ms"],
  ["Bytes", "bytes"],
  ["Attempts", "calls"],
] as const;

const nested = (prefix: string, options: Map<string, string>) =>
  [...options].map(([name, byDefault]): [string, string] => [`${prefix}.${name}`, byDefault]);

describe("the documents' tables", () => {
  it("have every option with its default", () => {
    const inCode = new Map([
      ...optionsOf("src/transport/transport-options.ts", "TransportOptions"),
      ...optionsOf("src/node/node-options.ts", "NodeTransportOptions"),
      ...optionsOf("src/options.ts", "CallPolicy"),
      ...nested("tls", optionsOf("src/node/node-options.ts", "TlsOptions")),
      ...nested("http2", optionsOf("src/node/node-options.ts", "Http2Options")),
      ...nested("retry", optionsOf("src/retry/retry-options.ts", "RetryOptions")),
    ]);
    const inDocs = new Map(
      tableRows(section("docs/options.md", "options")).map(([name = "", byDefault]) => [
        plain(name),
        plain(byDefault),
      ]),
    );
    inCode.set("transport", "");
    expect(Object.fromEntries(inDocs)).toEqual(Object.fromEntries(inCode));
  });

  it("have the defaults that the code has, and units", () => {
    const rows = new Map(
      tableRows(section("docs/options.md", "options")).map(([name = "", ...cells]) => [plain(name), cells]),
    );
    for (const [name, value] of Object.entries(retryDefaults)) {
      expect(rows.get(`retry.${name}`)?.[0]).toBe(String(value));
    }
    expect(rows.get("timeoutMs")?.[0]).toContain(String(DEFAULT_TIMEOUT_MS));
    for (const [name, [, unit]] of rows) {
      const expected = UNITS.find(([ending]) => name.endsWith(ending))?.[1];
      expect(`${name}: ${unit}`).toBe(`${name}: ${expected ?? ""}`);
    }
  });

  it("have the sizes that are asserted", () => {
    const asserted = read("test/size/size.test.ts").matchAll(/name: "(.+?)",.*budgetKb: (\d+)/g);
    const rows = tableRows(section("docs/speed.md", "sizes")).map(([, wires, size]) => `${wires}: ${size}`);
    expect(rows).toEqual([...asserted].map(([, wires, kb]) => `${wires}: at most ${kb} kB`));
  });

  it("have every reason", () => {
    const inCode = [...read("src/errors/reason.ts").matchAll(/^ {2}\| "(\w+)"/gm)].map(
      ([, reason]) => reason,
    );
    expect(inCode.length).toBeGreaterThan(10);
    const reasonsIn = (path: string) => tableRows(section(path, "reasons")).map(([name = ""]) => plain(name));
    expect(reasonsIn("docs/errors.md")).toEqual(inCode);
    expect(reasonsIn("README.md").filter((reason) => !inCode.includes(reason))).toEqual([]);
  });

  it("have error ids with the reasons that the code has", () => {
    const rows = tableRows(proseAfter("docs/errors.md", "## ZITADEL's error ids"));
    const ids = rows.flatMap(([ids = "", code = "", reason = ""]) =>
      plain(ids)
        .split(", ")
        .map((id) => ({ id, code, reason: plain(reason) })),
    );
    expect(ids.length).toBeGreaterThan(5);
    for (const { id, code, reason } of ids) {
      expect([id, meaningOf(id, codeNamed(code))]).toEqual([id, reason]);
    }
  });

  it("have what the benchmark wrote into its file", () => {
    const results = JSON.parse(read("bench/results/latest.json"));
    expect(section("docs/speed.md", "bench")).toBe(`${speedPart(results)}\n`);
    expect(read("bench/results/latest.svg")).toBe(chart(results));
  });
});
