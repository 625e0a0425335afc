import type { ZitadelAccess } from "../suite/zitadel-server.js";

declare module "vitest" {
  /** What the setups hand to the tests. */
  interface ProvidedContext {
    /** Where a page asks for test servers. */
    controlUrl: string;
    /** What the summary calls the place of the browser tests. */
    where: string;
    /** The real server. */
    zitadel: ZitadelAccess;
  }
}
