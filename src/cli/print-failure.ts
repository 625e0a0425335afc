import { ConnectError } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { explainError } from "../errors/explain.js";
import { type ExitCode, exitCodeOf } from "./exit-code.js";
import { mask } from "./mask.js";
import { paint, printData, printTalk } from "./print.js";

/**
 * Prints why nothing was sent, or may have been, and gives the exit code of it:
 * two lines for a reader on standard error, or one JSON object on standard
 * output. Never a stack, a credential or a whole mail address.
 */
export function printFailure(error: unknown, json: boolean): ExitCode {
  const failure = explainError(error);
  const { reason, delivery, retryable, id, httpStatus, retryAfterMs } = failure;
  const code = codeToString(failure.code);
  const message = inOptions(mask(ConnectError.from(error).rawMessage));
  const hint = inOptions(failure.hint);
  if (json) {
    const facts = { reason, delivery, retryable, code, id, httpStatus, retryAfterMs, message, hint };
    printData(JSON.stringify({ ok: false, ...facts }));
  } else {
    const facts = [reason, code, id, httpStatus && `HTTP ${httpStatus}`].filter(Boolean).join(", ");
    const verdict = delivery === "not_sent" ? bold("red", "Not sent:") : bold("yellow", "Maybe sent:");
    printTalk(`${verdict} ${message} ${paint("dim", `[${facts}]`, process.stderr)}`);
    printTalk(`  ${hint}`);
  }
  return exitCodeOf(failure);
}

/** Prints what is wrong with the command line itself. */
export function printUsageError(worded: string, json: boolean): ExitCode {
  // What follows a `=` may be a secret that was tried as an option.
  const message = inOptions(mask(worded.replace(/^error: /, "").replace(/(--?[\w-]+)=[^']*/g, "$1=…")));
  const hint = "zitadel-resend --help shows the commands, and each command's --help its options.";
  const facts = { reason: "invalid_request", delivery: "not_sent", retryable: false } as const;
  if (json) printData(JSON.stringify({ ok: false, ...facts, code: "invalid_argument", message, hint }));
  else printTalk(`${bold("red", "Usage:")} ${message}\n  ${hint}`);
  return exitCodeOf(facts);
}

function bold(color: "red" | "yellow", text: string): string {
  return paint(["bold", color], text, process.stderr);
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
};

function inOptions(text: string): string {
  return Object.entries(OPTIONS).reduce((said, [name, option]) => said.replaceAll(name, option), text);
}
