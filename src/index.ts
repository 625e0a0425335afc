/** The names that every build has; `node/` and `web/` add what depends on the runtime. */
export type { Auth } from "./auth/auth.js";
export { type ClientCredentials, clientCredentials } from "./auth/client-credentials.js";
export { personalAccessToken } from "./auth/personal-access-token.js";
export { type ServiceAccountKeyOptions, serviceAccountKey } from "./auth/service-account-key.js";
export type { TokenOptions } from "./auth/token-auth.js";
export type { CloseOptions } from "./call/drain.js";
export type { ResendCallOptions, ResendClient } from "./client.js";
export { explainError, type Failure } from "./errors/explain.js";
export type { Delivery, Reason } from "./errors/reason.js";
export type { Warning } from "./guard/with-organization.js";
export type { RetryOptions } from "./retry/retry-options.js";
export { CONTENT_TYPES, type ContentType } from "./transport/content-type.js";
export type { ClosableTransport } from "./transport/platform.js";
