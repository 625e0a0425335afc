import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { addAbortSignal, type Readable, Writable } from "node:stream";
import { Code } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";
import {
  type Auth,
  clientCredentials,
  personalAccessToken,
  serviceAccountKey,
  serviceAccountKeyFile,
} from "../node/index.js";
import { readSecretFile } from "../node/secret-file.js";
import { hide } from "./mask.js";
import { printTalk } from "./print.js";

/** The options that name a credential; at most one of them is set. */
export interface CredentialOptions {
  /** File that holds a personal access token, `-` for standard input. */
  readonly tokenFile?: string;
  /** File that holds the JSON key of a service account, `-` for standard input. */
  readonly keyFile?: string;
}

const TOKEN_FILE = { what: "token file", instead: "pass the token over standard input: --token-file -" };

/** The credential to call with: what an option names, or else the environment. A secret is never an argument. */
export async function readCredential(
  { tokenFile, keyFile }: CredentialOptions,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Auth> {
  if (tokenFile === "-") return token(await readStandardInput("token", signal), "standard input");
  if (tokenFile !== undefined) return token(readSecretFile(tokenFile, TOKEN_FILE), tokenFile);
  if (keyFile === "-") return serviceAccountKey(await readStandardInput("key", signal));
  if (keyFile !== undefined) return serviceAccountKeyFile(keyFile);
  if (env.ZITADEL_TOKEN) return token(env.ZITADEL_TOKEN, "ZITADEL_TOKEN");
  if (env.ZITADEL_KEY_FILE) return serviceAccountKeyFile(env.ZITADEL_KEY_FILE);
  const { ZITADEL_CLIENT_ID: clientId, ZITADEL_CLIENT_SECRET: clientSecret } = env;
  if (clientId && clientSecret) return clientCredentials({ clientId, clientSecret });
  throw noCredential(
    clientId || clientSecret
      ? `${clientId ? "ZITADEL_CLIENT_SECRET" : "ZITADEL_CLIENT_ID"} is missing; set both`
      : "no credential; set ZITADEL_TOKEN, or pass --token-file FILE or --key-file FILE",
  );
}

function token(read: string, from: string): Auth {
  const value = read.trim();
  if (value === "") throw noCredential(`the token from ${from} is empty`);
  hide(value);
  return personalAccessToken(value);
}

function noCredential(message: string) {
  return notSentError(message, Code.Unauthenticated, "unauthenticated");
}

/** A bundle of all public authorities takes about 220 kB. */
const MAX_PEM_BYTES = 4 * 1024 * 1024;

/** As of a file that holds a secret. */
const MAX_INPUT_BYTES = 64 * 1024;

/** Reads the PEM file that `option` names. */
export async function readPemFile(path: string, option: string, signal: AbortSignal): Promise<string> {
  const invalid = (why: string, cause?: unknown) =>
    notSentError(`cannot read the file of ${option}: ${why}`, Code.InvalidArgument, "invalid_request", cause);
  let pem: string | undefined;
  try {
    pem = await readText(createReadStream(path, { signal }), MAX_PEM_BYTES);
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (pem === undefined) throw invalid(`it has more than ${MAX_PEM_BYTES} bytes`);
  return pem;
}

/** Reads a secret from standard input to its end, or until the signal. On a terminal it is not shown. */
async function readStandardInput(what: "token" | "key", signal: AbortSignal): Promise<string> {
  let read: string | undefined;
  try {
    read = process.stdin.isTTY
      ? await readTerminal(what, signal)
      : await readText(addAbortSignal(signal, process.stdin), MAX_INPUT_BYTES);
  } catch (cause) {
    if (!signal.aborted) throw invalidInput(`the ${what} cannot be read from standard input`, cause);
    throw notSentError("interrupted while reading standard input", Code.Canceled, "canceled", cause);
  }
  if (read !== undefined) return read;
  throw invalidInput(`the ${what} from standard input is larger than ${MAX_INPUT_BYTES} bytes`);
}

function invalidInput(message: string, cause?: unknown) {
  return notSentError(message, Code.InvalidArgument, "unauthenticated", cause);
}

/** All of a stream; undefined where it is larger than the limit. */
async function readText(stream: Readable, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > maxBytes) return undefined;
  }
  return Buffer.concat(chunks).toString();
}

/** Reads what is pasted, which readline echoes to nowhere: a token up to Enter, a key up to Ctrl-D. */
async function readTerminal(what: "token" | "key", signal: AbortSignal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true, signal });
  // Ctrl-C comes as a character, not as a signal.
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  // From here on the terminal shows nothing.
  const end = what === "token" ? "Enter" : "Enter and Ctrl-D";
  printTalk(`Paste the ${what}, then press ${end}. It is not shown.`);
  const read: string[] = [];
  for await (const line of lines) {
    read.push(line);
    if (what === "token") break;
  }
  lines.close();
  signal.throwIfAborted();
  return read.join("\n");
}
