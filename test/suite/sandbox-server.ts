import { createSandbox } from "../../src/sandbox/index.js";
import { openAwkwardPorts } from "./awkward-ports.js";
import type { TestServer } from "./test-server.js";

/** Starts a sandbox of its own for one run of the suite. */
export async function openSandbox({ tls }: { readonly tls: boolean }): Promise<TestServer> {
  const sandbox = await createSandbox({ tls });
  const ports = await openAwkwardPorts();
  const { key, clientId, clientSecret } = sandbox.serviceAccount;
  return {
    kind: "sandbox",
    url: sandbox.url,
    ...(sandbox.certificate !== undefined && { certificate: sandbox.certificate }),
    ...ports.urls(tls),
    orgs: { own: sandbox.orgs.own.id, other: sandbox.orgs.other.id },
    users: sandbox.users,
    get tokens() {
      return sandbox.tokens;
    },
    serviceAccount: { keyJson: JSON.stringify(key), clientId, clientSecret },
    addUser: async () => sandbox.addUser({ state: "initial" }),
    mailsTo: async (email) => sandbox.mailbox.filter(({ to }) => to === email).length,
    revokeTokens: async () => {
      sandbox.revokeTokens();
      return sandbox.tokens;
    },
    close: async () => {
      await Promise.all([sandbox.close(), ports.close()]);
    },
  };
}
