import { randomBytes } from "node:crypto";
import { MAX_MAILS, type Mail } from "./mailbox.js";

/**
 * Where a user stands. `lockedInitial` is locked and has never set a password;
 * `machine` is a service account, which has no mail address.
 */
export type UserState =
  | "initial"
  | "active"
  | "deactivated"
  | "locked"
  | "lockedInitial"
  | "removed"
  | "machine";

/** A user of the sandbox. */
export interface User {
  readonly id: string;
  readonly orgId: string;
  readonly state: UserState;
  /** Name to log in with; it stays when the address changes. */
  readonly loginName: string;
  email: string;
  /** Number of the user's last event. */
  sequence: bigint;
}

/** The sandbox's organisations, users and mails. */
export interface Directory {
  readonly orgIds: Set<string>;
  readonly users: Map<string, User>;
  readonly mailbox: Mail[];
  readonly now: () => number;
  /** Where the sandbox is reached; the mails' links start with it. */
  origin: string;
}

/** Gives the next id, of the length and look of ZITADEL's. */
export function idSequence(): () => string {
  let last = 300_000_000_000_000_000n;
  return () => {
    last += 67_108_864n;
    return String(last);
  };
}

/** Adds a user. What a real server would have recorded by then is in its sequence: made, and mailed a code. */
export function addUser(directory: Directory, user: Omit<User, "sequence">): User {
  const added = { ...user, sequence: 2n };
  directory.users.set(added.id, added);
  return added;
}

/**
 * Makes a new code for a user who has not set a password, and mails the link.
 * An address that differs from the present one replaces it first, which is an
 * event of its own.
 */
export function sendInitialization(directory: Directory, user: User, email: string): Date {
  if (email !== "" && email !== user.email) {
    user.email = email;
    user.sequence++;
  }
  user.sequence++;
  const at = new Date(directory.now());
  const query = new URLSearchParams({
    authRequestID: "",
    code: randomBytes(3).toString("hex").toUpperCase(),
    loginname: user.loginName,
    orgID: user.orgId,
    passwordset: "false",
    userID: user.id,
  });
  directory.mailbox.push({
    to: user.email,
    subject: "Initialize User",
    userId: user.id,
    link: `${directory.origin}/ui/login/user/init?${query}`,
    at: at.toISOString(),
  });
  if (directory.mailbox.length > MAX_MAILS) directory.mailbox.shift();
  return at;
}
