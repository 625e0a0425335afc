import { createAccessTokens } from "./access-tokens.js";
import { createCertificate } from "./certificate.js";
import type { Instance } from "./instance.js";
import { checkRemote, hostnameOf, isLoopback } from "./loopback.js";
import { route } from "./router.js";
import type { Sandbox, SandboxOptions, SandboxUser } from "./sandbox.js";
import { createOnePortServer } from "./server.js";
import { createServiceAccount } from "./service-account.js";
import { addUser, type Directory, idSequence, type UserState } from "./users.js";

/**
 * Starts a server that answers as ZITADEL does, on the three wires and one
 * port, with users, organisations and tokens to try it with. Nothing is kept
 * on disk, and no mail leaves it.
 *
 * @throws Error where `host` is not a loopback address and `allowRemote` names
 * no host, or where it cannot be listened on
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = "127.0.0.1", allowRemote = [], tls = false, now = Date.now, onRequest } = options;
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
