import { describe, expect, it } from "vitest";
import { parseDurationMs } from "../../src/cli/duration.js";

describe("parseDurationMs", () => {
  it.each([
    ["10s", 10_000],
    ["500ms", 500],
    ["1m", 60_000],
    ["1.5m", 90_000],
    ["0.5s", 500],
    ["2147483647ms", 2_147_483_647],
  ])("reads %s", (text, expected) => {
    expect(parseDurationMs(text)).toBe(expected);
  });

  it.each([
    "",
    "10",
    "s",
    "10 s",
    "-1s",
    "1h",
    "0s",
    "0.4ms",
    "1e3s",
    ".5s",
    "1.s",
    "10S",
    "2147483648ms",
    "99999m",
  ])("refuses %j", (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
  });
});
