import { toJson } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { type ObjectDetails, ObjectDetailsSchema } from "../../gen/zitadel/object_pb.js";
import type { Failure } from "../errors/explain.js";
import { notSentError } from "../errors/facts.js";
import { createResendClient } from "../node/index.js";
import type { ContentType } from "../transport/content-type.js";
import { type CredentialOptions, readCredential } from "./credentials.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import { mask } from "./mask.js";
import { paint, printData, printTalk } from "./print.js";
import { printFailure } from "./print-failure.js";
import { readInputFile } from "./read-input.js";

/** What `zitadel-resend send` was told. */
export interface SendOptions extends CredentialOptions {
  readonly email?: string;
  readonly url?: string;
  readonly org?: string;
  readonly contentType: ContentType;
  /** In milliseconds. */
  readonly timeout?: number;
  /** How often to repeat at most. */
  readonly retry?: number;
  readonly ca?: string;
  readonly allowInsecure?: true;
  readonly json?: true;
}

/** Mails one user the link, and prints what came of it. */
export async function send(userId: string, options: SendOptions, env: NodeJS.ProcessEnv): Promise<ExitCode> {
  const interrupt = new AbortController();
  // Once: a second one ends the process the system's way.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupt.abort(new Error(signal)));
  const { url, org, email, contentType, timeout, retry, ca, json = false } = options;
  try {
    if (!url) {
      const message = "no URL; pass --url https://my-instance.zitadel.cloud or set ZITADEL_URL";
      throw notSentError(message, Code.InvalidArgument, "invalid_request");
    }
    const auth = await readCredential(options, env, interrupt.signal);
    await using client = createResendClient({
      baseUrl: url,
      contentType,
      auth,
      allowInsecure: options.allowInsecure ?? false,
      onWarning: (warning) => printTalk(mask(warning.message)),
      retry:
        retry === 0 ? false : { ...(retry !== undefined && { maxAttempts: retry + 1 }), onRetry: printRetry },
      ...(org && { orgId: org }),
      ...(timeout !== undefined && { timeoutMs: timeout }),
      ...(ca !== undefined && { tls: { ca: await readInputFile(ca, "file of --ca", "invalid_request") } }),
    });
    const request = { userId, ...(email !== undefined && { email }) };
    const { details } = await client.resendHumanInitialization(request, { signal: interrupt.signal });
    if (json) {
      const facts = details && toJson(ObjectDetailsSchema, details);
      printData(JSON.stringify({ ok: true, userId: mask(userId), contentType, details: facts }));
    } else {
      printSent(userId, email, details);
    }
    return EXIT.sent;
  } catch (error) {
    const exitCode = printFailure(error, json);
    return interrupt.signal.aborted ? EXIT.interrupted : exitCode;
  }
}

function printSent(userId: string, email: string | undefined, details: ObjectDetails | undefined): void {
  const to = email === undefined ? "" : `, now ${mask(email)},`;
  printData(
    `${paint(["bold", "green"], "Sent:")} ZITADEL accepted the call and mails user ${mask(userId)}${to} the link.`,
  );
  if (details === undefined) return;
  const facts = `organisation ${mask(details.resourceOwner)}, event ${details.sequence} of the user`;
  printData(paint("dim", `  ${facts}`));
}

function printRetry(attempt: number, { reason }: Failure, waitMs: number): void {
  printTalk(`Attempt ${attempt} was not sent (${reason}); the next one in ${Math.round(waitMs)} ms.`);
}
