import { inspect } from "node:util";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { factsOf, noteFacts, notSentError } from "../../src/errors/facts.js";

test("facts add up, and the last word counts", () => {
  const error = noteFacts(new ConnectError("x"), { reason: "timeout", httpStatus: 504 });
  expect(noteFacts(error, { reason: "unreachable" })).toBe(error);
  expect(factsOf(error)).toEqual({ reason: "unreachable", httpStatus: 504 });
});

test("nobody sees them who does not look for them", () => {
  const bare = new ConnectError("x", Code.NotFound);
  const noted = noteFacts(new ConnectError("x", Code.NotFound), { reason: "user_not_found" });
  noted.stack = bare.stack ?? "";
  expect(inspect(noted)).toBe(inspect(bare));
  expect(JSON.stringify(noted)).toBe(JSON.stringify(bare));
  expect({ ...noted }).toEqual({ ...bare });
});

test("an error of ours is a plain ConnectError that was certainly not sent", () => {
  const cause = new Error("why");
  const error = notSentError("no", Code.InvalidArgument, "invalid_request", cause);
  expect(Object.getPrototypeOf(error)).toBe(ConnectError.prototype);
  expect(error).toMatchObject({ rawMessage: "no", code: Code.InvalidArgument, cause });
  expect(factsOf(error)).toEqual({ reason: "invalid_request", delivery: "not_sent" });
});

test.each([[undefined], [null], ["text"], [new Error("x")], [{}]])("none on %s", (value) => {
  expect(factsOf(value)).toEqual({});
});

test("a frozen error stays as it is", () => {
  const error = Object.freeze(new ConnectError("x"));
  expect(factsOf(noteFacts(error, { reason: "timeout" }))).toEqual({});
});
