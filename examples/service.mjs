// @ts-check
// A backend service: one client for as long as the service runs, over gRPC.
//
//   ZITADEL_URL=… ZITADEL_KEY_FILE=… node service.mjs 163840776835432705
import { realpathSync } from "node:fs";
import { argv, env } from "node:process";
import { createResendClient, explainError, serviceAccountKeyFile } from "zitadel-resend";

/**
 * Answers "send me that mail again".
 *
 * @param {import("zitadel-resend").ResendClient} client
 * @param {string} userId
 * @returns what to tell the person who asked
 */
export async function resendFor(client, userId) {
  try {
    await client.resendHumanInitialization({ userId });
    return "Look into your mailbox: earlier links no longer work.";
  } catch (error) {
    const { reason, delivery, hint } = explainError(error);
    if (reason === "already_initialized") return "You have a password already.";
    if (delivery === "maybe_sent") return "Look into your mailbox before you try again.";
    console.error(`resend for ${userId}: ${reason}. ${hint}`);
    return "That did not work. No mail was sent.";
  }
}

const [, script, userId] = argv;
const { ZITADEL_URL: baseUrl, ZITADEL_KEY_FILE: keyFile } = env;
if (script && import.meta.filename === realpathSync(script) && baseUrl && keyFile && userId) {
  const client = createResendClient({ baseUrl, auth: serviceAccountKeyFile(keyFile) });
  console.log(await resendFor(client, userId));
  await client.close();
}
