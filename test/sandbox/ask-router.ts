import { createAccessTokens, createServiceAccount } from "../../src/sandbox/credentials.js";
import type { Exchange } from "../../src/sandbox/exchange.js";
import type { Instance } from "../../src/sandbox/instance.js";
import { route } from "../../src/sandbox/router.js";

/** An instance without a server or users. */
export const instance: Instance = {
  scheme: "http",
  knowsHost: () => true,
  directory: { orgIds: new Set(["1"]), users: new Map(), mailbox: [], now: Date.now, origin: "" },
  tokens: createAccessTokens(Date.now),
  serviceAccount: createServiceAccount("1", "2"),
  serviceAccountOrgId: "1",
};

/** A token that may do everything. */
export const token = instance.tokens.issue({ orgId: "1", mayWriteUsers: true, forApi: true });

/** Path of the rpc over gRPC and gRPC-web. */
export const RPC = "/zitadel.management.v1.ManagementService/ResendHumanInitialization";

/** Path of the rpc over REST, for a user that is not there. */
export const REST = "/management/v1/users/1/_resend_initialization";

/** What the sandbox answers to a request, straight from its router. */
export async function askRouter({ header, body = Buffer.alloc(0), ...exchange }: Partial<Exchange>) {
  const answer = await route(instance, {
    method: "POST",
    target: REST,
    httpVersion: 1,
    host: "localhost",
    header: { authorization: `Bearer ${token}`, ...header },
    body,
    bodyBytes: body.length,
    ageMs: () => 1,
    ...exchange,
  });
  return { ...answer, text: Buffer.from(answer.body ?? []).toString() };
}
