import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { CONTENT_TYPES } from "../options.js";
import { parseDurationMs } from "./duration.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import type { SandboxCommand } from "./sandbox.js";
import type { SendOptions } from "./send.js";

const EXIT_CODES = `
Exit codes:
  ${EXIT.sent}    sent: ZITADEL accepted the call
  ${EXIT.refused}    not sent: refused by the server, or the server was not reached
  ${EXIT.usage}    not sent: wrong usage, or a request that cannot be right
  ${EXIT.credentials}    not sent: the credential is missing, refused or lacks the permission
  ${EXIT.maybeSent}    maybe sent: no certain answer; look into the mailbox before you repeat
  ${EXIT.interrupted}  interrupted; a mail may be out`;

const SEND_EXAMPLES = `
Credentials, the first one found:
  --token-file FILE | -                     personal access token, from a file or standard input
  --key-file FILE | -                       JSON key of a service account, from a file or standard input
  ZITADEL_TOKEN                             personal access token
  ZITADEL_KEY_FILE                          JSON key of a service account
  ZITADEL_CLIENT_ID, ZITADEL_CLIENT_SECRET  client credentials of a service account

Examples:
  $ export ZITADEL_URL=https://my-instance.zitadel.cloud
  $ zitadel-resend send 163840776835432705 --key-file key.json
  $ zitadel-resend send 163840776835432705 --email new@example.com --token-file token.txt
  $ pass show zitadel | zitadel-resend send 163840776835432705 --token-file - --json
${EXIT_CODES}`;

const SANDBOX_EXAMPLES = `
Examples:
  $ zitadel-resend sandbox
  $ zitadel-resend sandbox --port 8443 --tls
  $ zitadel-resend sandbox --host 0.0.0.0 --allow-remote sandbox.test`;

/** Runs the command line and gives its exit code. Commands are loaded when they are called. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.sent;
  const program = new Command("zitadel-resend")
    .description("Mails a ZITADEL user the initialisation link once more (ResendHumanInitialization).")
    .version(version())
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText("after", EXIT_CODES)
    .hook("preAction", () => hideSecretsIn(args));
  program
    .command("send")
    .description("mail one user the link; an earlier link stops working")
    .argument("<USER_ID>", "id of the user, 1 to 200 characters")
    .option("--email <address>", "new address of the user, replaces the present one")
    .addOption(
      new Option("--url <url>", "your ZITADEL, https://my-instance.zitadel.cloud").env("ZITADEL_URL"),
    )
    .addOption(
      new Option("--org <id>", "organisation of the user; default: the credential's own").env(
        "ZITADEL_ORG_ID",
      ),
    )
    .addOption(
      new Option("--content-type <type>", "the wire to use").choices(CONTENT_TYPES).default(CONTENT_TYPES[0]),
    )
    .option("--timeout <time>", "for all of it, as 10s, 500ms or 1m; default: 10s", timeoutMs)
    .option("--retry <n>", "repeats at most, or off; only what was certainly not sent; default: 3", retries)
    .addOption(new Option("--token-file <file>", "personal access token; - is standard input"))
    .addOption(
      new Option("--key-file <file>", "JSON key of a service account; - is standard input").conflicts(
        "tokenFile",
      ),
    )
    .option("--ca <file>", "PEM of the authorities to trust in place of the system's")
    .option("--allow-insecure", "send the credential over http:// to a host that is not this machine")
    .option("--json", "print one JSON object")
    .addHelpText("after", SEND_EXAMPLES)
    .action(async (userId: string, options: SendOptions) => {
      const { send } = await import("./send.js");
      exitCode = await send(userId, options, process.env);
    });
  program
    .command("sandbox")
    .description("run a server that answers as ZITADEL does, until Ctrl-C")
    .option("--port <n>", "port to listen on, 0 for a free one; default: 8080", port)
    .option("--host <host>", "address to listen on; default: 127.0.0.1")
    .option("--tls", "speak HTTPS, with a certificate made at the start")
    .option(
      "--allow-remote <hosts>",
      "let other machines in; names or addresses they call, with commas, as sandbox.test,10.0.0.5",
      (hosts) => hosts.split(",").map((host) => host.trim()),
    )
    .option("--json", "print one JSON object when ready")
    .addHelpText("after", SANDBOX_EXAMPLES)
    .action(async (options: SandboxCommand) => {
      const { sandbox } = await import("./sandbox.js");
      exitCode = await sandbox(options);
    });
  program
    .command("demo")
    .description("show the call on each wire, against a sandbox of its own")
    .action(async () => {
      const { demo } = await import("./demo.js");
      await demo();
    });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.sent;
    if (error instanceof CommanderError && error.code === "commander.help") return EXIT.usage;
    await hideSecretsIn(args);
    const { printFailure, printUsageError } = await import("./print-failure.js");
    const json = args.includes("--json");
    return error instanceof CommanderError ? printUsageError(error.message, json) : printFailure(error, json);
  }
}

async function hideSecretsIn(args: readonly string[]): Promise<void> {
  const { hideSecrets } = await import("./mask.js");
  hideSecrets(args, process.env);
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "unknown";
}

function timeoutMs(text: string): number {
  const durationMs = parseDurationMs(text);
  if (durationMs === undefined) throw new InvalidArgumentError("Give a number and a unit: 10s, 500ms or 1m.");
  return durationMs;
}

function retries(text: string): number {
  if (text === "off") return 0;
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('Give how often to repeat at most, or "off".');
  return Number(text);
}

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError("Give a port, 1 to 65535, or 0 for a free one.");
  }
  return Number(text);
}
