/** A server that answers as ZITADEL does, for tests and demonstrations. */

export type { ServiceAccount, ServiceAccountKey } from "./credentials.js";
export type { Mail } from "./mailbox.js";
export type { NewUser, Sandbox, SandboxOptions, SandboxRequest, SandboxUser } from "./sandbox.js";
export { createSandbox } from "./sandbox.js";
export type { UserState } from "./users.js";
