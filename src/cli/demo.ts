import { ConnectError } from "@connectrpc/connect";
import { explainError } from "../errors/explain.js";
import { CONTENT_TYPES, createResendClient, personalAccessToken } from "../node/index.js";
import type { ContentType } from "../options.js";
import { createSandbox, type Sandbox, type SandboxRequest } from "../sandbox/index.js";
import { paint, printData } from "./print.js";

/** Whom a call is for, as the demonstration shows it. */
type DemoRequest = { readonly userId: string; readonly email?: string };

/** Shows the call on each wire, and two that are refused, against a sandbox of its own. */
export async function demo(): Promise<void> {
  await using sandbox = await createSandbox({ onRequest: printRequest });
  const { active } = sandbox.users;
  const ada = sandbox.addUser({ email: "ada@example.test" });
  printData(`A sandbox stands in for ZITADEL at ${paint("bold", sandbox.url)}.`);

  printTitle("One call, three wires", { userId: ada.id });
  for (const contentType of CONTENT_TYPES) await show(sandbox, contentType, { userId: ada.id });

  const [grpc] = CONTENT_TYPES;
  printTitle("Refused by the server: this user has a password", { userId: active.id });
  await show(sandbox, grpc, { userId: active.id });

  const mistaken = { userId: ada.id, email: ada.id };
  printTitle("Refused before anything is sent: that is no address", mistaken);
  await show(sandbox, grpc, mistaken);

  printData(`\n${sandbox.mailbox.length} mails, the last link counts. Next: npx zitadel-resend sandbox`);
}

/** Makes a call and prints what came back and what arrived. */
async function show(sandbox: Sandbox, contentType: ContentType, request: DemoRequest): Promise<void> {
  await using client = createResendClient({
    baseUrl: sandbox.url,
    contentType,
    auth: personalAccessToken(sandbox.tokens.valid),
  });
  const mailsBefore = sandbox.mailbox.length;
  try {
    const { details } = await client.resendHumanInitialization(request);
    printData(
      `  ${paint("green", "←")} accepted, organisation ${details?.resourceOwner}, event ${details?.sequence}`,
    );
  } catch (error) {
    const { reason, delivery, hint } = explainError(error);
    printData(`  ${paint("red", "←")} ${ConnectError.from(error).message}`);
    printData(`    ${paint("red", reason)}, ${delivery}`);
    printData(`    ${hint}`);
  }
  for (const { to, subject, link } of sandbox.mailbox.slice(mailsBefore)) {
    const code = new URL(link).searchParams.get("code");
    printData(`  ${paint("yellow", "✉")} to ${to}: "${subject}", code ${code}`);
  }
}

function printTitle(title: string, request: DemoRequest): void {
  const fields = Object.entries(request).map(([name, value]) => `${name}: "${value}"`);
  printData(`\n${paint(["bold", "cyan"], title)}`);
  printData(paint("dim", `  client.resendHumanInitialization({ ${fields.join(", ")} })`));
}

function printRequest({ method, target, httpVersion, contentType }: SandboxRequest): void {
  const version = httpVersion === 2 ? "HTTP/2" : "HTTP/1.1";
  printData(
    `\n  ${paint("blue", "→")} ${paint("bold", contentType)} over ${version}\n    ${method} ${target}`,
  );
}
