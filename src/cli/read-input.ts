import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { addAbortSignal, type Readable, Writable } from "node:stream";
import { Code } from "@connectrpc/connect";
import { notSentError } from "../errors/facts.js";
import { printTalk } from "./print.js";

/** A bundle of all public authorities takes about 220 kB. */
const MAX_PEM_BYTES = 4 * 1024 * 1024;

/** As of a file that holds a secret. */
const MAX_SECRET_BYTES = 64 * 1024;

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
export async function readStandardInput(what: "token" | "key", signal: AbortSignal): Promise<string> {
  let read: string | undefined;
  try {
    read = process.stdin.isTTY
      ? await readTerminal(what, signal)
      : await readText(addAbortSignal(signal, process.stdin), MAX_SECRET_BYTES);
  } catch (cause) {
    if (!signal.aborted) throw invalidInput(`the ${what} cannot be read from standard input`, cause);
    throw notSentError("interrupted while reading standard input", Code.Canceled, "canceled", cause);
  }
  if (read !== undefined) return read;
  throw invalidInput(`the ${what} from standard input is larger than ${MAX_SECRET_BYTES} bytes`);
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
