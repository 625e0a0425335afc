/** The names that every build has; `node/` and `web/` add what depends on the runtime. */

export { type ClientCredentials, clientCredentials } from "./auth/client-credentials.js";
export { personalAccessToken } from "./auth/personal-access-token.js";
export { type ServiceAccountKeyOptions, serviceAccountKey } from "./auth/service-account-key.js";
export type { TokenOptions } from "./auth/token-source.js";
export type { CloseOptions } from "./call/drain.js";
export type { ResendCallOptions, ResendClient } from "./client.js";
export type { Auth } from "./credential.js";
export { explainError, type Failure } from "./errors/explain.js";
export type { Delivery, Reason } from "./errors/verdict.js";
export type { RetryOptions, Warning } from "./options.js";
export { CONTENT_TYPES, type ContentType } from "./options.js";
export type { ClosableTransport } from "./transport/wire.js";
