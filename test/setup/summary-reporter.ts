import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

/**
 * Says at the end how many cases of the suite ran on which wire and where, and
 * which did not and why; then which tests failed and, as the very last line,
 * how many passed.
 */
export class SummaryReporter implements Reporter {
  readonly #leftOut: readonly string[];

  /** @param leftOut what this run leaves out, with its reason */
  constructor(leftOut: readonly string[] = []) {
    this.#leftOut = leftOut;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    // A hook or a file that fails leaves its tests out, and must not pass for that.
    const broken = modules.flatMap((module) =>
      [module, ...module.children.allSuites()].flatMap((suite) => suite.errors()),
    );
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const passed = count("passed");
    const failed = count("failed") + broken.length + errors.length;
    const skipped = count("skipped");
    const lines = [
      ...suiteTable(tests),
      ...skipReasons(tests),
      ...this.#leftOut.map((what) => `left out: ${what}`),
      ...failedTests(tests),
      `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
    ];
    // Coverage is printed after this; the counts are to be the last line.
    process.once("exit", () => process.stdout.write(`\n${lines.join("\n")}\n`));
  }
}

function failedTests(tests: readonly TestCase[]): string[] {
  return tests
    .filter((test) => test.result().state === "failed")
    .map(
      ({ module, fullName, project }) => `failed: ${module.relativeModuleId} > ${fullName} [${project.name}]`,
    );
}

function suiteTable(tests: readonly TestCase[]): string[] {
  const rows = new Map<string, { passed: number; failed: number; skipped: number }>();
  for (const test of tests) {
    const { suite } = test.meta();
    const { state } = test.result();
    if (suite === undefined || state === "pending") continue;
    const key = `  ${suite.wire.padEnd(26)}  ${suite.where.padEnd(16)}`;
    const row = rows.get(key) ?? { passed: 0, failed: 0, skipped: 0 };
    row[state] += 1;
    rows.set(key, row);
  }
  if (rows.size === 0) return [];
  const table = [...rows].map(
    ([key, { passed, failed, skipped }]) =>
      `${key}  ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}.`,
  );
  return ["The suite, by wire and place:", ...table.sort(), ""];
}

function skipReasons(tests: readonly TestCase[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const test of tests) {
    const result = test.result();
    if (result.state !== "skipped") continue;
    const { suite } = test.meta();
    const where = suite === undefined ? test.project.name : `${suite.wire} in ${suite.where}`;
    const key = `  ${test.name}: ${result.note ?? "no reason given"}`;
    reasons.set(key, [...(reasons.get(key) ?? []), where]);
  }
  if (reasons.size === 0) return [];
  return [
    "Skipped:",
    ...[...reasons].map(([key, where]) => `${key} [${[...new Set(where)].join("; ")}]`),
    "",
  ];
}
