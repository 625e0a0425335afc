// @ts-check
// A page: gRPC-web through fetch. This entry holds one wire only;
// zitadel-resend/web/rest is the other one. Import this file in your bundler.
import { createResendClient, explainError, personalAccessToken } from "zitadel-resend/web/grpc-web";

/**
 * Makes the action of a button:
 * `button.onclick = async () => { status.textContent = await resend(userId); }`
 *
 * @param {object} page
 * @param {string} page.zitadelUrl
 * @param {() => Promise<string>} page.getAccessToken gives the access token of the person who is signed in
 * @returns {(userId: string) => Promise<string>} gives the text to show
 */
export function createResendAction({ zitadelUrl, getAccessToken }) {
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
