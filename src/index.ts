/** The names that every build has; `node/` and `web/` add what depends on the runtime. */
export type { Auth } from "./auth/auth.js";
export { personalAccessToken } from "./auth/personal-access-token.js";
export type { ResendCallOptions, ResendClient } from "./client.js";
export type { Delivery, Reason } from "./errors/reason.js";
export { CONTENT_TYPES, type ContentType } from "./transport/content-type.js";
export type { ClosableTransport } from "./transport/platform.js";
