// @ts-check
// The generated stubs alone, with a transport of your own choice. Nothing of
// this package's client is loaded.
//
//   npm install @connectrpc/connect @connectrpc/connect-node
//   ZITADEL_URL=… ZITADEL_TOKEN=… node stubs-only.mjs 163840776835432705
import { realpathSync } from "node:fs";
import { argv, env } from "node:process";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ManagementService } from "zitadel-resend/gen/zitadel/management_pb.js";

/**
 * Makes the call, and gives the organisation of the user.
 *
 * @param {import("@connectrpc/connect").Transport} transport
 * @param {string} token
 * @param {string} userId
 */
export async function resendWithStubs(transport, token, userId) {
  const client = createClient(ManagementService, transport);
  const { details } = await client.resendHumanInitialization(
    { userId },
    { headers: { authorization: `Bearer ${token}` }, timeoutMs: 10_000 },
  );
  return details?.resourceOwner;
}

const [, script, userId] = argv;
const { ZITADEL_URL: baseUrl, ZITADEL_TOKEN: token } = env;
if (script && import.meta.filename === realpathSync(script) && baseUrl && token && userId) {
  console.log(await resendWithStubs(createGrpcTransport({ baseUrl }), token, userId));
}
