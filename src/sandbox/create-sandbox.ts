import { createAccessTokens } from "./access-tokens.js";
import { createCertificate } from "./certificate.js";
import type { Instance } from "./instance.js";
import { isLoopback, refuseRemote } from "./loopback.js";
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
 * @throws Error where `host` is not a loopback address and `allowRemote` is not
 * set, or where it cannot be listened on
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    port = 0,
    host = "127.0.0.1",
    allowRemote = false,
    tls = false,
    now = Date.now,
    onRequest,
  } = options;
  if (!allowRemote) refuseRemote(host);
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
    knowsHost: (name) => allowRemote || isLoopback(name),
    directory,
    tokens,
    serviceAccount: createServiceAccount(machine.id, nextId()),
    serviceAccountOrgId: own,
  };
  const identity = tls ? await createCertificate(Date.now()) : undefined;
  const server = createOnePortServer((exchange) => {
    const { method, target, httpVersion, header } = exchange;
    onRequest?.({ method, target, httpVersion, contentType: header["content-type"] ?? "" });
    return route(instance, exchange);
  }, identity);
  const address = await server.listen(port, host);
  directory.origin = `${instance.scheme}://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
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
