import { describe, expect, it } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-code.js";

describe("exitCodeOf", () => {
  it.each([
    ["already_initialized", "not_sent", 1],
    ["user_not_found", "not_sent", 1],
    ["organization_not_found", "not_sent", 1],
    ["instance_not_found", "not_sent", 1],
    ["quota_exhausted", "not_sent", 1],
    ["rate_limited", "not_sent", 1],
    ["too_large", "not_sent", 1],
    ["unreachable", "not_sent", 1],
    ["unreachable", "maybe_sent", 5],
    ["timeout", "not_sent", 1],
    ["timeout", "maybe_sent", 5],
    ["not_supported", "not_sent", 1],
    ["not_supported", "maybe_sent", 5],
    ["server_error", "maybe_sent", 5],
    ["unknown", "maybe_sent", 5],
    ["invalid_request", "not_sent", 2],
    ["unauthenticated", "not_sent", 4],
    ["permission_denied", "not_sent", 4],
    ["permission_denied", "maybe_sent", 5],
    ["canceled", "not_sent", 1],
    ["canceled", "maybe_sent", 5],
  ] as const)("%s, %s: %i", (reason, delivery, code) => {
    expect(exitCodeOf({ reason, delivery })).toBe(code);
  });
});
