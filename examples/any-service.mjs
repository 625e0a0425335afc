// @ts-check
// Any other service over REST, by its own stubs. The transport needs only the
// google.api.http rules in them. This example asks ZITADEL's v2 API for a user.
//
//   npm install @zitadel/proto
//   ZITADEL_URL=… ZITADEL_TOKEN=… node any-service.mjs 163840776835432705
import { realpathSync } from "node:fs";
import { argv, env } from "node:process";
import { createClient } from "@connectrpc/connect";
import { UserService } from "@zitadel/proto/zitadel/user/v2/user_service_pb.js";
import { createTransport } from "zitadel-resend";

/**
 * Names by which a user can log in.
 *
 * @param {string} zitadelUrl
 * @param {string} token
 * @param {string} userId
 */
export async function loginNamesOf(zitadelUrl, token, userId) {
  const transport = createTransport({ baseUrl: zitadelUrl, contentType: "application/json" });
  try {
    const users = createClient(UserService, transport);
    // GET /v2/users/{user_id}
    const { user } = await users.getUserByID({ userId }, { headers: { authorization: `Bearer ${token}` } });
    return user?.loginNames ?? [];
  } finally {
    await transport.close();
  }
}

const [, script, userId] = argv;
const { ZITADEL_URL: zitadelUrl, ZITADEL_TOKEN: token } = env;
if (script && import.meta.filename === realpathSync(script) && zitadelUrl && token && userId) {
  console.log(await loginNamesOf(zitadelUrl, token, userId));
}
