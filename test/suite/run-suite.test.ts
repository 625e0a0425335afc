import { expect, test } from "vitest";
import { runOrSkip, straySkips } from "./run-suite.js";

const it = { name: "a case" };
const run = { skip: [{ case: "a case", reason: "the wire cannot" }] };
const passes = async () => {};
const fails = async () => {
  throw new Error("no");
};

test("a case without a skip passes or fails as it does", async () => {
  await expect(runOrSkip({ skip: [] }, it, "sandbox", passes)).resolves.toEqual({});
  await expect(runOrSkip({ skip: [] }, it, "sandbox", fails)).rejects.toThrow("no");
});

test("a skipped case that fails is skipped, with its reason", async () => {
  await expect(runOrSkip(run, it, "sandbox", fails)).resolves.toEqual({ skipped: "the wire cannot" });
});

test("a skip that is not needed any more fails", async () => {
  await expect(runOrSkip(run, it, "sandbox", passes)).rejects.toThrow("the skip is not needed");
});

test("a case that another kind of server shows does not run", async () => {
  const only = { server: "real", because: "only a real one can" } as const;
  await expect(runOrSkip({ skip: [] }, { ...it, only }, "sandbox", fails)).resolves.toEqual({
    skipped: "only a real one can",
  });
  await expect(runOrSkip({ skip: [] }, { ...it, only }, "real", fails)).rejects.toThrow("no");
});

test("a skip that names no case is found", () => {
  expect(straySkips(run.skip, [it])).toEqual([]);
  expect(straySkips(run.skip, [{ name: "another case" }])).toEqual(["a case"]);
});
