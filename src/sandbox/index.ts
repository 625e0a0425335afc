import type { AddressInfo } from "node:net";
import { createAccessTokens } from "./access-tokens.js";
import type { Mail } from "./mailbox.js";
import { route } from "./router.js";
import type { Instance } from "./rpc.js";
import { createOnePortServer } from "./server.js";
import { addUser, type Directory, idSequence, type UserState } from "./users.js";

export type { Mail } from "./mailbox.js";
export type { UserState } from "./users.js";

/** Where the sandbox listens. */
export interface SandboxOptions {
  /** @default 0, any free port */
  readonly port?: number;
  /** Address to listen on. @default "127.0.0.1" */
  readonly host?: string;
  /** Allows an address that other machines can reach. @default false */
  readonly allowRemote?: boolean;
  /** Speaks TLS, with a certificate made at the start for `localhost` and `127.0.0.1`. @default false */
  readonly tls?: boolean;
  /** The clock, in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** A user as the sandbox shows it. */
export interface SandboxUser {
  readonly id: string;
  readonly email: string;
}

/** A running sandbox. */
export interface Sandbox extends AsyncDisposable {
  /** Origin of everything it offers: gRPC, gRPC-web, REST, token endpoint, `/mailbox`. */
  readonly url: string;
  /** PEM of the authority to trust, with `tls: true`. */
  readonly certificate?: string;
  /** The organisation that the tokens belong to, and another one. */
  readonly orgs: { readonly own: { readonly id: string }; readonly other: { readonly id: string } };
  /** One user in each state, all but `otherOrg` in the own organisation. */
  readonly users: Readonly<Record<UserState | "otherOrg", SandboxUser>>;
  /** Tokens that do not end; new ones after `revokeTokens`. */
  readonly tokens: { readonly valid: string; readonly withoutPermission: string };
  /** Every mail so far, the newest last. */
  readonly mailbox: readonly Mail[];
  /** Adds a user, in the own organisation and not initialised unless said otherwise. */
  addUser(user?: {
    readonly state?: UserState;
    readonly email?: string;
    readonly orgId?: string;
  }): SandboxUser;
  /** Refuses every token that was given out so far. */
  revokeTokens(): void;
  /** Stops at once: open connections are cut. */
  close(): Promise<void>;
}

/**
 * Starts a server that answers as ZITADEL does, on the three wires and one port.
 *
 * @throws Error where the address is not a loopback one and `allowRemote` is not set, or cannot be listened on
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = "127.0.0.1", allowRemote = false, now = Date.now } = options;
  if (!allowRemote && !isLoopback(host)) {
    throw new Error(
      `the sandbox does not listen on ${JSON.stringify(host)}: other machines could reach it; use a loopback address such as "127.0.0.1", or set allowRemote: true`,
    );
  }
  const directory: Directory = { orgIds: new Set(), users: new Map(), mailbox: [], now, origin: "" };
  const accessTokens = createAccessTokens(now);
  const instance: Instance = {
    directory,
    tokens: accessTokens,
    scheme: "http",
    knowsHost: (name) => allowRemote || isLoopback(name.replace(/:\d+$/, "")),
  };
  const { server, destroySockets } = createOnePortServer((exchange) => route(instance, exchange), undefined);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const nextId = idSequence();
  const [own, other] = [nextId(), nextId()];
  directory.orgIds.add(own).add(other);
  directory.origin = `http://${urlHost(server.address(), host)}`;
  const add = (state: UserState, email: string, orgId = own): SandboxUser => {
    const { id } = addUser(directory, { id: nextId(), orgId, state, email });
    return { id, email };
  };
  const issueTokens = () => ({
    valid: accessTokens.issue({
      orgId: own,
      mayWriteUsers: true,
      forApi: true,
      expiresAt: Number.POSITIVE_INFINITY,
    }),
    withoutPermission: accessTokens.issue({
      orgId: own,
      mayWriteUsers: false,
      forApi: true,
      expiresAt: Number.POSITIVE_INFINITY,
    }),
  });
  let tokens = issueTokens();
  const close = async () => {
    destroySockets();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: directory.origin,
    orgs: { own: { id: own }, other: { id: other } },
    users: {
      initial: add("initial", "initial@example.test"),
      active: add("active", "active@example.test"),
      deactivated: add("deactivated", "deactivated@example.test"),
      locked: add("locked", "locked@example.test"),
      lockedInitial: add("lockedInitial", "locked-initial@example.test"),
      removed: add("removed", "removed@example.test"),
      machine: add("machine", ""),
      otherOrg: add("initial", "other-org@example.test", other),
    },
    get tokens() {
      return tokens;
    },
    mailbox: directory.mailbox,
    addUser: ({ state = "initial", email, orgId = own } = {}) =>
      add(state, email ?? `user-${directory.users.size}@example.test`, orgId),
    revokeTokens() {
      accessTokens.revokeAll();
      tokens = issueTokens();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Tells whether only this machine reaches a host. */
function isLoopback(host: string): boolean {
  return host === "localhost" || /^127(\.\d{1,3}){3}$/.test(host) || host === "::1" || host === "[::1]";
}

function urlHost(address: AddressInfo | string | null, host: string): string {
  const port = typeof address === "object" ? address?.port : undefined;
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
