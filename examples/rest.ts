// REST with JSON: where a proxy lets nothing else through, and on runtimes that
// have `fetch` but no HTTP/2.
//
//   ZITADEL_URL=… ZITADEL_TOKEN=… node examples/rest.ts 163840776835432705 new@example.com   (Node 22.18 or newer)
import { createResendClient, personalAccessToken } from "zitadel-resend";

export interface NewAddress {
  readonly baseUrl: string;
  readonly token: string;
  readonly userId: string;
  readonly email: string;
}

/** Mails the link to a new address, which replaces the user's. */
export async function resendToNewAddress({ baseUrl, token, userId, email }: NewAddress) {
  await using client = createResendClient({
    baseUrl,
    contentType: "application/json",
    auth: personalAccessToken(token),
  });
  const { details } = await client.resendHumanInitialization({ userId, email }, { timeoutMs: 5_000 });
  return details?.resourceOwner;
}

const { ZITADEL_URL: baseUrl, ZITADEL_TOKEN: token } = process.env;
const [, script, userId, email] = process.argv;
if (import.meta.filename === script && baseUrl && token && userId && email) {
  console.log(await resendToNewAddress({ baseUrl, token, userId, email }));
}
