import type { Mail } from "./mailbox.js";
import type { ServiceAccount } from "./service-account.js";
import type { UserState } from "./users.js";

/** How and where the sandbox listens. */
export interface SandboxOptions {
  /** @default 0, any free port */
  readonly port?: number;
  /** Address to listen on. @default "127.0.0.1" */
  readonly host?: string;
  /**
   * Allows an address that other machines can reach. The sandbox answers to
   * these host names and addresses besides those of this machine, so that a web
   * page cannot get at it through a name of its own (DNS rebinding). Without
   * port, for example `["sandbox.test"]`; the first is the one in `url`.
   * @default none
   */
  readonly allowRemote?: readonly string[];
  /** Speaks TLS, with a certificate made at the start for `localhost`, `127.0.0.1` and the names of `allowRemote`. @default false */
  readonly tls?: boolean;
  /** The clock, in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /**
   * Called with each request that came in whole, before it is answered. What it
   * throws changes no answer: it becomes an uncaught exception, which a test
   * runner reports. @default nothing is called
   */
  readonly onRequest?: (request: SandboxRequest) => void;
}

/** A request as the sandbox saw it. */
export interface SandboxRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly httpVersion: 1 | 2;
  /** Empty where there was none. */
  readonly contentType: string;
}

/** A user, as it was when it was added. */
export interface SandboxUser {
  readonly id: string;
  /** Empty for a machine. */
  readonly email: string;
}

/** What a user to be added is like. */
export interface NewUser {
  /** @default "initial" */
  readonly state?: UserState;
  /** @default one that nobody else has */
  readonly email?: string;
  /** @default the own organisation */
  readonly orgId?: string;
}

/** A running sandbox. */
export interface Sandbox extends AsyncDisposable {
  /**
   * Origin of all it offers: gRPC, gRPC-web, REST, `/oauth/v2/token`,
   * `/.well-known/openid-configuration` and `/mailbox`.
   */
  readonly url: string;
  /** PEM of the certificate to trust, with `tls: true`. */
  readonly certificate?: string;
  /** The organisation that the tokens belong to, and another one. */
  readonly orgs: { readonly own: { readonly id: string }; readonly other: { readonly id: string } };
  /** One user in each state in the own organisation, and `otherOrg`, not initialised, in the other. */
  readonly users: Readonly<Record<UserState | "otherOrg", SandboxUser>>;
  /** Personal access tokens, of somebody who may manage users in every organisation and of somebody who may not. */
  readonly tokens: { readonly valid: string; readonly withoutPermission: string };
  /** The credentials of `users.machine`, for the token endpoint. */
  readonly serviceAccount: ServiceAccount;
  /** The mails so far, the newest last, at most 10,000. `GET /mailbox` gives the same. */
  readonly mailbox: readonly Mail[];
  /** Adds a user. */
  addUser(user?: NewUser): SandboxUser;
  /** Ends every token that the token endpoint gave out so far; those in `tokens` stay good. */
  revokeTokens(): void;
  /** Stops at once: connections are cut, and nothing keeps the process alive. */
  close(): Promise<void>;
}
