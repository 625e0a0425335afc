import { Code } from "@connectrpc/connect";

/**
 * What ZITADEL's error ids mean, each with the code that it comes with: ids are
 * not promised to stay, and some stand for two things (ZITADEL's API error
 * reference). Ids whose code already says it all are left out.
 */
const MEANINGS = {
  // The command itself.
  "COMMAND-2M9sd": [Code.FailedPrecondition, "already_initialized"],
  "COMMAND-2M9df": [Code.NotFound, "user_not_found"],
  // A caller without any role; one with a role that lacks `user.write` gets PERMISSION_DENIED.
  "AUTHZ-cdgFk": [Code.NotFound, "permission_denied"],
  // Also said of an organisation that exists, by a server that ran out of time.
  "AUTH-Bs7Ds": [Code.PermissionDenied, "organization_not_found"],
  // No time or no database to look the instance up: nothing is processed then.
  "QUERY-d3fas": [Code.Internal, "server_error"],
  // No instance under the host that was called.
  "QUERY-1kIjX": [Code.NotFound, "instance_not_found"],
  "QUERY-IuGh1": [Code.NotFound, "instance_not_found"],
  "QUERY-n0wng": [Code.NotFound, "instance_not_found"],
  // The requests of the month are used up; the instance is blocked.
  "QUOTA-vjAy8": [Code.ResourceExhausted, "quota_exhausted"],
  "LIMITS-molsj": [Code.ResourceExhausted, "quota_exhausted"],
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
