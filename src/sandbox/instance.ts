import type { AccessTokens, ServiceAccount } from "./credentials.js";
import type { Directory } from "./users.js";

/** What a running sandbox knows; every answer is made from it. */
export interface Instance {
  readonly scheme: "http" | "https";
  /** Whether a `host` header names this instance. */
  readonly knowsHost: (host: string) => boolean;
  readonly directory: Directory;
  readonly tokens: AccessTokens;
  readonly serviceAccount: ServiceAccount;
  readonly serviceAccountOrgId: string;
}

/** What the real server says where no instance has the host's name. */
export function unknownInstanceText({ scheme }: Instance, host: string): string {
  return `unable to set instance using origin &{${host}  ${scheme}} (ExternalDomain is localhost): ID=QUERY-1kIjX Message=Instance not found. Make sure you got the domain right. Check out https://zitadel.com/docs/apis/introduction#domains`;
}
