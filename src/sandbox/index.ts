/** A server that answers as ZITADEL does, for tests and demonstrations. */
export { createSandbox } from "./create-sandbox.js";
export type { Mail } from "./mailbox.js";
export type { NewUser, Sandbox, SandboxOptions, SandboxRequest, SandboxUser } from "./sandbox.js";
export type { ServiceAccount, ServiceAccountKey } from "./service-account.js";
export type { UserState } from "./users.js";
