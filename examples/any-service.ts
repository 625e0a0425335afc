// Any other service over REST, by its own stubs: all that the transport needs
// are the google.api.http rules in them. Here ZITADEL's v2 API asks who a user is.
import { createClient } from "@connectrpc/connect";
import { UserService } from "@zitadel/proto/zitadel/user/v2/user_service_pb.js";
import { createTransport } from "zitadel-resend";

/** Names by which a user can log in. */
export async function loginNamesOf(zitadelUrl: string, token: string, userId: string): Promise<string[]> {
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
