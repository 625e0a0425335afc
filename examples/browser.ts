// A page: gRPC-web through fetch, and nothing of Node. This entry holds one
// wire only; zitadel-resend/web/rest is the other one.
import { createResendClient, explainError, personalAccessToken } from "zitadel-resend/web/grpc-web";

/** What the page knows: where its ZITADEL is, and the access token of who is signed in. */
export interface Page {
  readonly zitadelUrl: string;
  readonly getAccessToken: () => Promise<string>;
}

/** Gives what a button is to do: `button.onclick = async () => { status.textContent = await resend(userId); }` */
export function createResendAction({
  zitadelUrl,
  getAccessToken,
}: Page): (userId: string) => Promise<string> {
  const client = createResendClient({ baseUrl: zitadelUrl, auth: personalAccessToken(getAccessToken) });
  return async (userId) => {
    try {
      await client.resendHumanInitialization({ userId });
      return "The mail is on its way.";
    } catch (error) {
      const { delivery, hint } = explainError(error);
      return delivery === "not_sent" ? `Not sent. ${hint}` : hint;
    }
  };
}
