import type { Sandbox } from "../../src/sandbox/index.js";
import { bodyOf, recordings } from "./recording.js";

const OWN_ORG = "400879867819789350";
const OTHER_ORG = "400882053286988838";

/** The users of the recordings that are not plainly "initial, in the own organisation". */
const ROLES = {
  "400882057011530790": "active",
  "400882053437983782": "deactivated",
  "400882055132482598": "locked",
  "400882056843758630": "lockedInitial",
  "400882056927644710": "removed",
  "400882053320543270": "machine",
  "400882058655697958": "otherOrg",
} as const satisfies Record<string, keyof Sandbox["users"]>;

/** Gives each id of the recordings to somebody in the sandbox; the ids of both are 18 digits long. */
export function castOf(sandbox: Sandbox): (text: string) => string {
  const cast = new Map<string, string>([
    [OWN_ORG, sandbox.orgs.own.id],
    [OTHER_ORG, sandbox.orgs.other.id],
    ["<valid-token>", sandbox.tokens.valid],
    ["<token-without-permission>", sandbox.tokens.withoutPermission],
  ]);
  for (const [id, role] of Object.entries(ROLES)) cast.set(id, sandbox.users[role].id);
  const ids = /\b400[0-9]{15}\b/g;
  for (const { request, response } of recordings) {
    const text = `${request.path} ${bodyOf(request).toString("latin1")} ${bodyOf(response).toString("latin1")}`;
    for (const [id] of text.matchAll(ids)) {
      if (!cast.has(id)) cast.set(id, sandbox.addUser().id);
    }
  }
  const placeholders = /400[0-9]{15}|<[a-z-]*token[a-z-]*>/g;
  return (text) => text.replace(placeholders, (found) => cast.get(found) ?? found);
}
