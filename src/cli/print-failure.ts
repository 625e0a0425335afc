import { ConnectError } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { explainError } from "../errors/explain.js";
import { causesOf, saidBy } from "../errors/from-causes.js";
import type { Reason } from "../errors/verdict.js";
import { callState, type ExitCode, exitCodeOf } from "./exit-code.js";
import { mask } from "./mask.js";
import { paint, printJson, printTalk } from "./print.js";

/**
 * Prints why nothing was sent, or may have been, and gives the exit code of it:
 * two lines for a reader on standard error, or one JSON object on standard
 * output. Never a stack, a credential or a whole mail address.
 */
export function printFailure(error: unknown, json: boolean): ExitCode {
  const { reason, id, httpStatus, retryAfterMs, ...failure } = explainError(error);
  // Whatever the error may mean elsewhere: no call had begun.
  const delivery = callState.begun ? failure.delivery : "not_sent";
  const code = codeToString(failure.code);
  const message = inOptions(mask(printedMessage(error, reason)));
  const hint = inOptions(failure.hint);
  if (json) {
    const { retryable } = failure;
    const facts = { reason, delivery, retryable, code, id, httpStatus, retryAfterMs, message, hint };
    printJson({ ok: false, ...facts });
  } else {
    const facts = [reason, code, id && mask(id), httpStatus && `HTTP ${httpStatus}`]
      .filter(Boolean)
      .join(", ");
    const verdict = delivery === "not_sent" ? bold("red", "Not sent:") : bold("yellow", "Maybe sent:");
    printTalk(`${verdict} ${message} ${paint("dim", `[${facts}]`, process.stderr)}`);
    printTalk(`  ${hint}`);
  }
  return exitCodeOf({ reason, delivery });
}

/** Prints an error that nobody caught. After the call it is only a remark: the call has been reported. */
export function printUnexpected(error: unknown, json: boolean): void {
  if (callState.exitCode === undefined) printFailure(error, json);
  else printTalk(`Unexpected, after the call: ${mask(saidBy(error))}`);
}

/** Prints what is wrong with the command line itself. */
export function printUsageError(worded: string, json: boolean): ExitCode {
  // What follows a `=` may be a secret that was tried as an option.
  const message = inOptions(
    mask(worded.replace(/^error: /, "")).replace(/(?<!-)(--?\w[\w-]*)=[^']*/g, "$1=…"),
  );
  const hint = "zitadel-resend --help shows the commands, and each command's --help its options.";
  const facts = { reason: "invalid_request", delivery: "not_sent", retryable: false } as const;
  if (json) printJson({ ok: false, ...facts, code: "invalid_argument", message, hint });
  else printTalk(`${bold("red", "Usage:")} ${message}\n  ${hint}`);
  return exitCodeOf(facts);
}

function bold(color: "red" | "yellow", text: string): string {
  return paint(["bold", color], text, process.stderr);
}

/** What an error says, and what the network said where the error does not repeat it. */
function printedMessage(error: unknown, reason: Reason): string {
  const [said = "", ...causes] = causesOf(error).map((link) =>
    link instanceof ConnectError ? link.rawMessage : saidBy(link),
  );
  const root = reason === "unreachable" ? causes.findLast((text) => text !== "") : undefined;
  return root === undefined || said.includes(root) ? said : `${said} (${root})`;
}

/** What the library's words are called on the command line. */
const OPTIONS = {
  baseUrl: "--url",
  userId: "USER_ID",
  orgId: "--org",
  contentType: "--content-type",
  timeoutMs: "--timeout",
  "tls.ca": "--ca",
  "allowInsecure: true": "--allow-insecure",
  allowRemote: "--allow-remote",
  "the caller gave up the call": "interrupted",
  "; the error of the network is the cause of this one": "",
};

function inOptions(text: string): string {
  return Object.entries(OPTIONS).reduce((said, [name, option]) => said.replaceAll(name, option), text);
}
