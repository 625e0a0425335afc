import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandbox, type Sandbox } from "../sandbox/index.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import { paint, printData } from "./print.js";
import { printUsageError } from "./print-failure.js";

/** What `zitadel-resend sandbox` was told. */
export interface SandboxCommand {
  readonly port?: number;
  readonly host?: string;
  readonly tls?: true;
  /** Names of hosts. */
  readonly allowRemote?: readonly string[];
  readonly json?: boolean;
}

/** ZITADEL's own port. */
const DEFAULT_PORT = 8080;

/** Runs a sandbox until Ctrl-C, and says how to call it. */
export async function sandbox({
  port = DEFAULT_PORT,
  json = false,
  ...options
}: SandboxCommand): Promise<ExitCode> {
  const interrupted = new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  let server: Sandbox;
  try {
    server = await createSandbox({ ...options, port });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return printUsageError(
      message.includes("EADDRINUSE") ? `${message}; pass another --port` : message,
      json,
    );
  }
  const folder = await mkdtemp(join(tmpdir(), "zitadel-resend-sandbox-"));
  try {
    const files = await writeFiles(folder, server);
    if (json) printData(JSON.stringify({ ...facts(server), ...files }));
    else printWelcome(server, files);
    await interrupted;
  } finally {
    await rm(folder, { recursive: true });
    await server.close();
  }
  return EXIT.sent;
}

interface Files {
  readonly keyFile: string;
  readonly caFile?: string;
}

/** Puts what other programs read from files into some; nobody else can read the key. */
async function writeFiles(folder: string, { serviceAccount, certificate }: Sandbox): Promise<Files> {
  const keyFile = join(folder, "key.json");
  await writeFile(keyFile, JSON.stringify(serviceAccount.key), { mode: 0o600 });
  if (certificate === undefined) return { keyFile };
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, certificate);
  return { keyFile, caFile };
}

function facts({ url, orgs, users, tokens, serviceAccount: { clientId, clientSecret } }: Sandbox) {
  return { url, orgs, users, tokens, clientId, clientSecret };
}

function printWelcome(server: Sandbox, { keyFile, caFile }: Files): void {
  const { url, users, tokens, serviceAccount } = server;
  const rows = Object.entries(users).map(([name, { id, email }]) => `  ${name.padEnd(14)}${id}  ${email}`);
  const lines = [
    `${paint("bold", "A ZITADEL to try things out")} at ${paint(["bold", "cyan"], url)}: gRPC, gRPC-web and REST on one port`,
    "",
    paint("bold", "Users"),
    ...rows,
    "",
    paint("bold", "Credentials"),
    `  token               ${tokens.valid}`,
    `  without permission  ${tokens.withoutPermission}`,
    `  key file            ${keyFile}`,
    `  client credentials  ${serviceAccount.clientId}  ${serviceAccount.clientSecret}`,
    ...(caFile === undefined ? [] : [`  certificate         ${caFile}`]),
    "",
    paint("bold", "Try"),
    `  export ZITADEL_URL=${url} ZITADEL_TOKEN=${tokens.valid}`,
    `  zitadel-resend send ${users.initial.id}${caFile === undefined ? "" : ` --ca ${caFile}`}`,
    `  curl ${caFile === undefined ? "" : `--cacert ${caFile} `}${url}/mailbox`,
    "",
    "Ctrl-C ends it.",
  ];
  printData(lines.join("\n"));
}
