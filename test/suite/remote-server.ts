import type { TestServer, TestServerFacts } from "./test-server.js";

/** What a page asks {@link serveTestServers} for. */
export type RemoteRequest =
  | { readonly action: "open" }
  | { readonly action: "addUser" | "revokeTokens" | "close"; readonly server: number }
  | { readonly action: "mailsTo"; readonly server: number; readonly email: string };

/** A server of the test's, seen from a page. */
export async function openRemoteServer(controlUrl: string): Promise<TestServer> {
  const ask = async (request: RemoteRequest) => {
    const response = await fetch(controlUrl, { method: "POST", body: JSON.stringify(request) });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  const { server, facts }: { server: number; facts: TestServerFacts } = await ask({ action: "open" });
  let { tokens } = facts;
  return {
    ...facts,
    get tokens() {
      return tokens;
    },
    addUser: () => ask({ action: "addUser", server }),
    mailsTo: (email) => ask({ action: "mailsTo", server, email }),
    revokeTokens: async () => {
      tokens = await ask({ action: "revokeTokens", server });
      return tokens;
    },
    close: () => ask({ action: "close", server }),
  };
}
