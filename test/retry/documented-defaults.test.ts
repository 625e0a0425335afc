import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { defaults } from "../../src/options.js";

function documentedDefault(file: string, option: string): string | undefined {
  const source = readFileSync(new URL(`../../src/${file}`, import.meta.url), "utf8");
  const comment = source.split(`readonly ${option}?:`)[0]?.split("/**").at(-1);
  return /@default (.*)/.exec(comment ?? "")?.[1];
}

test.each(Object.entries(defaults.retry))("%s is documented as %s", (option, value) => {
  expect(documentedDefault("options.ts", option)).toBe(String(value));
});

test("timeoutMs is documented as it is", () => {
  expect(documentedDefault("options.ts", "timeoutMs")).toBe(`defaultTimeoutMs, or ${defaults.timeoutMs}`);
});

test("retry is documented as it is", () => {
  const { maxAttempts, initialDelayMs, maxDelayMs } = defaults.retry;
  expect(documentedDefault("options.ts", "retry")).toBe(
    `${maxAttempts} attempts, ${initialDelayMs} ms doubling to ${maxDelayMs} ms`,
  );
});
