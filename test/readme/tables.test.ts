import { describe, expect, it } from "vitest";
import { DEFAULT_TIMEOUT_MS } from "../../src/retry/deadline.js";
import { retryDefaults } from "../../src/retry/retry-options.js";
import { read, section, tableRows } from "./readme.js";

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

const UNITS = [
  ["Ms", "ms"],
  ["Bytes", "bytes"],
  ["Attempts", "calls"],
] as const;

const nested = (prefix: string, options: Map<string, string>) =>
  [...options].map(([name, byDefault]): [string, string] => [`${prefix}.${name}`, byDefault]);

describe("the README's tables", () => {
  it("have every option with its default", () => {
    const inCode = new Map([
      ...optionsOf("src/transport/transport-options.ts", "TransportOptions"),
      ...optionsOf("src/node/node-options.ts", "NodeTransportOptions"),
      ...optionsOf("src/options.ts", "CallPolicy"),
      ...nested("tls", optionsOf("src/node/node-options.ts", "TlsOptions")),
      ...nested("http2", optionsOf("src/node/node-options.ts", "Http2Options")),
      ...nested("retry", optionsOf("src/retry/retry-options.ts", "RetryOptions")),
    ]);
    const inReadme = new Map(
      tableRows(section("options")).map(([name = "", byDefault]) => [plain(name), plain(byDefault)]),
    );
    inCode.set("transport", "");
    expect(Object.fromEntries(inReadme)).toEqual(Object.fromEntries(inCode));
  });

  it("have the defaults that the code has, and units", () => {
    const rows = new Map(tableRows(section("options")).map(([name = "", ...cells]) => [plain(name), cells]));
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
    const rows = tableRows(section("sizes")).map(([, wires, size]) => `${wires}: ${size}`);
    expect(rows).toEqual([...asserted].map(([, wires, kb]) => `${wires}: at most ${kb} kB`));
  });

  it("have every reason", () => {
    const inCode = [...read("src/errors/reason.ts").matchAll(/^ {2}\| "(\w+)"/gm)].map(
      ([, reason]) => reason,
    );
    expect(inCode.length).toBeGreaterThan(10);
    expect(tableRows(section("reasons")).map(([name = ""]) => plain(name))).toEqual(inCode);
  });
});
