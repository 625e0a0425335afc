import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { RemoteRequest } from "../suite/remote-server.js";
import type { TestServer } from "../suite/test-server.js";
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

/** Opens test servers for pages, which cannot, and acts on them in their place. */
export async function serveTestServers(open: () => Promise<TestServer>) {
  const servers: TestServer[] = [];

  async function answer(request: RemoteRequest): Promise<unknown> {
    if (request.action === "open") {
      const server = await open();
      // The actions are functions, which JSON leaves out.
      return { server: servers.push(server) - 1, facts: server };
    }
    const server = servers[request.server];
    if (server === undefined) throw new Error(`no test server ${request.server}`);
    switch (request.action) {
      case "addUser":
        return server.addUser();
      case "mailsTo":
        return server.mailsTo(request.email);
      case "revokeTokens":
        return server.revokeTokens();
      case "close":
        return server.close();
      default:
        return request satisfies never;
    }
  }

  const control = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    readJson(request)
      .then(answer)
      .then((result) => response.end(JSON.stringify(result ?? null)))
      .catch((error) => response.writeHead(500).end(String(error)));
  });
  await once(control.listen(0, "127.0.0.1"), "listening");
  const address = control.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      control.closeAllConnections();
      await Promise.all([
        ...servers.map((server) => server.close()),
        new Promise((done) => control.close(done)),
      ]);
    },
  };
}

async function readJson(request: IncomingMessage): Promise<RemoteRequest> {
  return JSON.parse(await text(request));
}
