import { ownOptions } from "../call/own-options.js";
import { createCertificate } from "./certificate.js";
import { createAccessTokens, createServiceAccount, type ServiceAccount } from "./credentials.js";
import type { Instance } from "./instance.js";
import type { Mail } from "./mailbox.js";
import { route } from "./router.js";
import { createOnePortServer } from "./server.js";
import { checkRemote, hostnameOf, isLoopback } from "./target.js";
import { addUser, type Directory, idSequence, type UserState } from "./users.js";

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

/**
 * Starts a server that answers as ZITADEL does, on the three wires and one
 * port, with users, organisations and tokens to try it with. Nothing is kept
 * on disk, and no mail leaves it.
 *
 * @throws Error where `host` is not a loopback address and `allowRemote` names
 * no host, or where it cannot be listened on
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = "127.0.0.1", allowRemote = [] } = ownOptions(options);
  const { tls = false, now = Date.now, onRequest } = ownOptions(options);
  checkRemote(host, allowRemote);
  const names = new Set(allowRemote.map((name) => name.toLowerCase()));
  const nextId = idSequence();
  const [own, other] = [nextId(), nextId()];
  const directory: Directory = {
    orgIds: new Set([own, other]),
    users: new Map(),
    mailbox: [],
    now,
    origin: "",
  };
  const add = (state: UserState, email: string, orgId = own): SandboxUser => {
    const { id } = addUser(directory, { id: nextId(), orgId, state, loginName: email, email });
    return { id, email };
  };
  const machine = add("machine", "");
  const tokens = createAccessTokens(now);
  const instance: Instance = {
    scheme: tls ? "https" : "http",
    knowsHost: (name) => isLoopback(name) || names.has(hostnameOf(name)),
    directory,
    tokens,
    serviceAccount: createServiceAccount(machine.id, nextId()),
    serviceAccountOrgId: own,
  };
  const identity = tls ? await createCertificate(Date.now(), names) : undefined;
  const server = createOnePortServer((exchange) => {
    const { method, target, httpVersion, header } = exchange;
    try {
      onRequest?.({ method, target, httpVersion, contentType: header["content-type"] ?? "" });
    } catch (error) {
      // Apart from the call, which goes on: a test runner reports it.
      queueMicrotask(() => {
        throw error;
      });
    }
    return route(instance, exchange);
  }, identity);
  const address = await server.listen(port, host);
  // Behind an address for all interfaces there is no host: the first name is called.
  const [name = host] = isLoopback(host) ? [host] : allowRemote;
  directory.origin = `${instance.scheme}://${name.includes(":") ? `[${name}]` : name}:${address.port}`;
  return {
    url: directory.origin,
    ...(identity && { certificate: identity.cert }),
    orgs: { own: { id: own }, other: { id: other } },
    users: {
      initial: add("initial", "initial@example.test"),
      active: add("active", "active@example.test"),
      deactivated: add("deactivated", "deactivated@example.test"),
      locked: add("locked", "locked@example.test"),
      lockedInitial: add("lockedInitial", "locked-initial@example.test"),
      removed: add("removed", "removed@example.test"),
      machine,
      otherOrg: add("initial", "other-org@example.test", other),
    },
    tokens: {
      valid: tokens.issue({ orgId: own, mayWriteUsers: true, forApi: true }),
      withoutPermission: tokens.issue({ orgId: own, mayWriteUsers: false, forApi: true }),
    },
    serviceAccount: instance.serviceAccount,
    mailbox: directory.mailbox,
    addUser: ({ state = "initial", email, orgId = own } = {}) =>
      add(state, email ?? `user-${directory.users.size}@example.test`, orgId),
    revokeTokens: () => tokens.revokeIssued(),
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}
