// The generated stubs alone, with a transport of your own choice: nothing of
// this package's client is loaded.
//
//   ZITADEL_URL=… ZITADEL_TOKEN=… node examples/stubs-only.ts 163840776835432705   (Node 22.18 or newer)
import { createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ManagementService } from "zitadel-resend/gen/zitadel/management_pb.js";

export async function resendWithStubs(transport: Transport, token: string, userId: string) {
  const client = createClient(ManagementService, transport);
  const { details } = await client.resendHumanInitialization(
    { userId },
    { headers: { authorization: `Bearer ${token}` }, timeoutMs: 10_000 },
  );
  return details?.resourceOwner;
}

const { ZITADEL_URL: baseUrl, ZITADEL_TOKEN: token } = process.env;
const userId = process.argv[2];
if (import.meta.filename === process.argv[1] && baseUrl && token && userId) {
  console.log(await resendWithStubs(createGrpcTransport({ baseUrl }), token, userId));
}
