import type { Code } from "@connectrpc/connect";

/**
 * What ZITADEL's error ids mean, each with the code that it comes with: ids are
 * not promised to stay, and some stand for two things (ZITADEL's API error
 * reference). Ids whose code already says it all are left out.
 */
// Codes by number, because the names would take more of a page.
const MEANINGS = {
  // The command itself.
  "COMMAND-2M9sd": [9, "already_initialized"], // FailedPrecondition
  "COMMAND-2M9df": [5, "user_not_found"], // NotFound
  // A caller without any role; one with a role that lacks `user.write` gets PERMISSION_DENIED.
  "AUTHZ-cdgFk": [5, "permission_denied"], // NotFound
  // Also said of an organisation that exists, by a server that ran out of time.
  "AUTH-Bs7Ds": [7, "organization_not_found"], // PermissionDenied
  // No time or no database to look the instance up: nothing is processed then.
  "QUERY-d3fas": [13, "server_error"], // Internal
  // No instance under the host that was called.
  "QUERY-1kIjX": [5, "instance_not_found"], // NotFound
  "QUERY-IuGh1": [5, "instance_not_found"], // NotFound
  "QUERY-n0wng": [5, "instance_not_found"], // NotFound
  // The requests of the month are used up; the instance is blocked.
  "QUOTA-vjAy8": [8, "quota_exhausted"], // ResourceExhausted
  "LIMITS-molsj": [8, "quota_exhausted"], // ResourceExhausted
} as const satisfies Record<string, readonly [Code, string]>;

/** The meaning of an error id, if it is known and came with its code. */
export function meaningOf(id: string, code: Code) {
  if (!isKnown(id)) return undefined;
  const [expected, reason] = MEANINGS[id];
  return code === expected ? reason : undefined;
}

function isKnown(id: string): id is keyof typeof MEANINGS {
  return Object.hasOwn(MEANINGS, id);
}
