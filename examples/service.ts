// A backend service: one client for as long as the service runs, over gRPC.
//
//   ZITADEL_URL=… ZITADEL_KEY_FILE=… node examples/service.ts 163840776835432705   (Node 22.18 or newer)
import { createResendClient, explainError, type ResendClient, serviceAccountKeyFile } from "zitadel-resend";

/** Answers "send me that mail again": what to tell the person who asked. */
export async function resendFor(client: ResendClient, userId: string): Promise<string> {
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

const { ZITADEL_URL: baseUrl, ZITADEL_KEY_FILE: keyFile } = process.env;
const userId = process.argv[2];
if (import.meta.filename === process.argv[1] && baseUrl && keyFile && userId) {
  await using client = createResendClient({ baseUrl, auth: serviceAccountKeyFile(keyFile) });
  console.log(await resendFor(client, userId));
}
