// @ts-check
// Unit tests of your own code, without a server: Connect's in-memory transport
// behind the real client. The guard, the retries and explainError work as they
// do with a server. To test the real protocol, use zitadel-resend/sandbox.
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { createResendClient } from "zitadel-resend";
import { ManagementService } from "zitadel-resend/gen/zitadel/management_pb.js";

/**
 * A client that reaches nobody. It notes whom it mailed.
 *
 * @param {readonly string[]} knownUserIds every other user is not found
 */
export function createFakeClient(knownUserIds) {
  /** @type {string[]} */
  const mailed = [];
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
