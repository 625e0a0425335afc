// Unit tests of your own code, without a server: Connect's in-memory transport
// behind the real client, with its guard, its retries and explainError. To test
// against the real protocol, start a sandbox (zitadel-resend/sandbox).
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { createResendClient, type ResendClient } from "zitadel-resend";
import { ManagementService } from "zitadel-resend/gen/zitadel/management_pb.js";

/** A client that reaches nobody: it notes whom it mailed, and knows no other users than these. */
export function createFakeClient(knownUserIds: readonly string[]): {
  client: ResendClient;
  mailed: string[];
} {
  const mailed: string[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(ManagementService, {
      resendHumanInitialization({ userId }) {
        if (!knownUserIds.includes(userId)) throw new ConnectError("no such user", Code.NotFound);
        mailed.push(userId);
        return {};
      },
    });
  });
  return { client: createResendClient({ transport }), mailed };
}
