import { ConnectError, type Interceptor } from "@connectrpc/connect";
import { explainError } from "../errors/explain.js";
import { CONTENT_TYPES, createResendClient, createTransport, personalAccessToken } from "../node/index.js";
import { createSandbox, type Sandbox } from "../sandbox/index.js";
import type { ContentType } from "../transport/content-type.js";
import { paint, printData } from "./print.js";

/** Shows the call on each wire, and two that are refused, against a sandbox of its own. */
export async function demo(): Promise<void> {
  await using sandbox = await createSandbox();
  printData(`A sandbox stands in for ZITADEL at ${paint("bold", sandbox.url)}`);
  const { initial, active } = sandbox.users;
  for (const contentType of CONTENT_TYPES) {
    await show(sandbox, contentType, contentType, { userId: initial.id });
  }
  const [grpc] = CONTENT_TYPES;
  await show(sandbox, "refused by the server: the user has a password", grpc, { userId: active.id });
  const typo = { userId: initial.id, email: initial.id };
  await show(sandbox, "refused before it is sent: a user id for an address", grpc, typo);
  printData();
  printData(`${sandbox.mailbox.length} mails. Next: zitadel-resend sandbox, zitadel-resend send --help`);
}

/** Makes one call and prints what went out, what came back and what arrived. */
async function show(
  sandbox: Sandbox,
  title: string,
  contentType: ContentType,
  request: { readonly userId: string; readonly email?: string },
): Promise<void> {
  printData(`\n${paint(["bold", "cyan"], title)}`);
  const transport = createTransport({ baseUrl: sandbox.url, contentType, interceptors: [printRequest] });
  const client = createResendClient({ transport, auth: personalAccessToken(sandbox.tokens.valid) });
  const mailsBefore = sandbox.mailbox.length;
  try {
    const { details } = await client.resendHumanInitialization(request);
    printData(
      `  ${paint("green", "←")} accepted, event ${details?.sequence} of the user, organisation ${details?.resourceOwner}`,
    );
  } catch (error) {
    const { reason, delivery, hint } = explainError(error);
    printData(`  ${paint("red", "←")} ${ConnectError.from(error).message}`);
    printData(`    reason ${paint("bold", reason)}, delivery ${paint("bold", delivery)}`);
    printData(paint("dim", `    ${hint}`));
  } finally {
    await transport.close();
  }
  for (const { to, subject, link } of sandbox.mailbox.slice(mailsBefore)) {
    printData(
      `  ${paint("yellow", "✉")} to ${to}: "${subject}" with code ${new URL(link).searchParams.get("code")}`,
    );
  }
}

/** A Connect interceptor: it stands between the client and the wire. */
const printRequest: Interceptor = (next) => (request) => {
  printData(`  ${paint("blue", "→")} ${request.requestMethod} ${new URL(request.url).pathname}`);
  return next(request);
};
