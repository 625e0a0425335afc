import { toJson } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { type ObjectDetails, ObjectDetailsSchema } from "../../gen/zitadel/object_pb.js";
import type { Failure } from "../errors/explain.js";
import { notSentError } from "../errors/facts.js";
import { createResendClient, type ResendClientOptions } from "../node/index.js";
import { certificates } from "../node/tls-checks.js";
import type { ContentType } from "../options.js";
import { type CredentialOptions, readCredential, readPemFile } from "./credentials.js";
import { callState, EXIT, type ExitCode } from "./exit-code.js";
import { mask, reveal } from "./mask.js";
import { paint, printData, printJson, printTalk } from "./print.js";
import { printFailure } from "./print-failure.js";

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

/** Mails one user the link, and prints what came of it. The exit code is that of the call, printed or not. */
export async function send(userId: string, options: SendOptions, env: NodeJS.ProcessEnv): Promise<ExitCode> {
  const interrupt = new AbortController();
  // Once: a second one ends the process the system's way.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupt.abort(new Error(signal)));
  const { signal } = interrupt;
  const { email, contentType, json = false } = options;
  const failed = (error: unknown) => {
    const exitCode = printFailure(error, json);
    return signal.aborted ? EXIT.interrupted : exitCode;
  };
  let client: ReturnType<typeof createResendClient>;
  try {
    client = createResendClient(await clientOptions(options, env, signal));
  } catch (error) {
    return failed(error);
  }
  callState.begun = true;
  try {
    const request = { userId, ...(email !== undefined && { email }) };
    const { details } = await client.resendHumanInitialization(request, { signal });
    callState.exitCode = EXIT.sent;
    // The server knows the user by it.
    reveal(userId);
    if (json) printJson({ ok: true, userId, contentType, details: details && factsIn(details) });
    else printSent(userId, email, details);
  } catch (error) {
    callState.exitCode ??= failed(error);
  }
  // The call has ended, whatever becomes of its connections.
  await client.close().catch(() => {});
  return callState.exitCode;
}

async function clientOptions(
  options: SendOptions,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ResendClientOptions> {
  const { url, org, contentType, timeout, retry, ca, allowInsecure = false } = options;
  if (!url) {
    const message = "no URL; pass --url https://my-instance.zitadel.cloud or set ZITADEL_URL";
    throw notSentError(message, Code.InvalidArgument, "invalid_request");
  }
  const auth = await readCredential(options, env, signal);
  const caPem = ca === undefined ? undefined : await readPemFile(ca, "--ca", signal);
  if (caPem !== undefined) certificates("the file of --ca", caPem);
  return {
    baseUrl: url,
    contentType,
    auth,
    allowInsecure,
    onWarning: (warning) => printTalk(mask(warning.message)),
    retry:
      retry === 0 ? false : { ...(retry !== undefined && { maxAttempts: retry + 1 }), onRetry: printRetry },
    ...(org && { orgId: org }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(caPem !== undefined && { tls: { ca: caPem } }),
  };
}

/** The details as JSON; a time that ProtoJSON has no form for is left out. */
function factsIn(details: ObjectDetails): object {
  try {
    return Object(toJson(ObjectDetailsSchema, details));
  } catch {
    return { sequence: String(details.sequence), resourceOwner: details.resourceOwner };
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
