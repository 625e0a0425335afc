import { Code, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { clientCredentials } from "../../src/auth/client-credentials.js";
import { withAuth } from "../../src/auth/with-auth.js";
import { withDeadline } from "../../src/call/deadline.js";
import { unaryOf } from "../../src/call/unary.js";
import { caught } from "./caught.js";
import { hostOf } from "./host.js";
import { issuesTokens, startTokenEndpoint } from "./token-endpoint.js";

const method = ManagementService.method.resendHumanInitialization;
const userId = "1";

/** A client of a server that notes the credential of each call, and of a token endpoint that waits to be told. */
async function start() {
  const authorizations: (string | null)[] = [];
  const server = createRouterTransport(({ service }) => {
    service(ManagementService, {
      resendHumanInitialization: (_, { requestHeader }) => {
        authorizations.push(requestHeader.get("authorization"));
        return {};
      },
    });
  });
  const tokens = issuesTokens();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked = () => {};
  const requested = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const endpoint = await startTokenEndpoint((...exchange) => {
    asked();
    void released.then(() => tokens(...exchange));
  });
  const auth = clientCredentials({ clientId: "bot", clientSecret: "hunter2" });
  const { http, networkError } = hostOf(undefined);
  const unary = withDeadline(
    withAuth(unaryOf(server), { auth, baseUrl: new URL(endpoint.url), http, networkError }),
  );
  return {
    call: (signal?: AbortSignal) => unary(method, signal, undefined, undefined, { userId }),
    authorizations,
    endpoint,
    requested,
    release,
    [Symbol.asyncDispose]: () => endpoint[Symbol.asyncDispose](),
  };
}

describe("calls that wait for one token", () => {
  it("do not lose it when one of them is cancelled, be it the one that asked", async () => {
    await using client = await start();
    const stop = new AbortController();
    const cancelled = caught(() => client.call(stop.signal));
    const others = Array.from({ length: 10 }, () => client.call());
    await client.requested;
    stop.abort();
    expect((await cancelled).code).toBe(Code.Canceled);
    client.release();
    await Promise.all(others);
    expect(client.authorizations).toEqual(Array(10).fill("Bearer token-1"));
    expect(client.endpoint.received).toHaveLength(1);
  });

  it("leave it to the next one when all of them are cancelled", async () => {
    await using client = await start();
    const stop = new AbortController();
    const cancelled = Array.from({ length: 10 }, () => caught(() => client.call(stop.signal)));
    await client.requested;
    stop.abort();
    await Promise.all(cancelled);
    client.release();
    await client.call();
    expect(client.authorizations).toEqual(["Bearer token-1"]);
    expect(client.endpoint.received).toHaveLength(1);
  });

  it("are a thousand, and ask once", async () => {
    await using client = await start();
    const calls = Array.from({ length: 1000 }, () => client.call());
    client.release();
    await Promise.all(calls);
    expect(new Set(client.authorizations)).toEqual(new Set(["Bearer token-1"]));
    expect(client.authorizations).toHaveLength(1000);
    expect(client.endpoint.received).toHaveLength(1);
  });
});
