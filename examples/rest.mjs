// @ts-check
// REST with JSON: for proxies that let nothing else through, and for runtimes
// that have `fetch` but no HTTP/2.
//
//   ZITADEL_URL=… ZITADEL_TOKEN=… node rest.mjs 163840776835432705 new@example.com
import { realpathSync } from "node:fs";
import { argv, env } from "node:process";
import { createResendClient, personalAccessToken } from "zitadel-resend";

/**
 * Mails the link to a new address, which replaces the user's address.
 *
 * @param {{ baseUrl: string, token: string, userId: string, email: string }} request
 * @returns the organisation of the user
 */
export async function resendToNewAddress({ baseUrl, token, userId, email }) {
  const client = createResendClient({
    baseUrl,
    contentType: "application/json",
    auth: personalAccessToken(token),
  });
  try {
    const { details } = await client.resendHumanInitialization({ userId, email }, { timeoutMs: 5_000 });
    return details?.resourceOwner;
  } finally {
    await client.close();
  }
}

const [, script, userId, email] = argv;
const { ZITADEL_URL: baseUrl, ZITADEL_TOKEN: token } = env;
if (script && import.meta.filename === realpathSync(script) && baseUrl && token && userId && email) {
  console.log(await resendToNewAddress({ baseUrl, token, userId, email }));
}
