import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { Code, ConnectError } from "@connectrpc/connect";
import { noteFacts, notSentError } from "../errors/facts.js";

/** A key of 4096 bits takes less than 4 KiB. */
const MAX_SECRET_BYTES = 64 * 1024;

/** A file that holds a secret, as error messages speak of it. */
export interface SecretFile {
  /** What it is: `key file`. */
  readonly what: string;
  /** What else to do where the file has to stay as it is: `pass the token over standard input`. */
  readonly instead: string;
}

/**
 * Reads a file that holds a secret. A byte order mark is left out; it also
 * tells UTF-16 from UTF-8.
 *
 * On POSIX systems a file that everybody may use is refused, whichever of the
 * three rights they have. Its group may use it: Kubernetes mounts secrets as
 * 0440 for the group of `fsGroup`.
 *
 * @throws ConnectError InvalidArgument if the file is missing, unreadable, not
 *   a regular one, larger than 64 KiB or open to everybody
 */
export function readSecretFile(path: string, { what, instead }: SecretFile): string {
  if (typeof path !== "string" || path === "") throw secretFileError(`the path of the ${what} is missing`);
  const name = `${what} ${JSON.stringify(path)}`;
  const file = open(path, what, name);
  try {
    // Of the open file, so that no other can take its place in between.
    const { mode, size } = fstatSync(file);
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) {
      throw secretFileError(`${name} is not a regular file; or ${instead}`);
    }
    if (process.platform !== "win32" && (mode & 0o007) !== 0) {
      const command = `chmod o-rwx '${path.replaceAll("'", `'\\''`)}'`;
      throw secretFileError(`${name} is open to every user; run: ${command}; or ${instead}`);
    }
    // One byte more than may be there: what a system says of a size need not hold.
    const bytes = Buffer.alloc(MAX_SECRET_BYTES + 1);
    const length = size > MAX_SECRET_BYTES ? bytes.length : readInto(bytes, file);
    if (length > MAX_SECRET_BYTES) throw secretFileError(`${name} is larger than ${MAX_SECRET_BYTES} bytes`);
    return decodeText(bytes.subarray(0, length));
  } catch (error) {
    if (error instanceof ConnectError) throw error;
    throw secretFileError(`${name} cannot be read: ${systemProblem(error)}`, error);
  } finally {
    closeSync(file);
  }
}

/** An error about a file that holds a secret; hints are about the file then. */
export function secretFileError(message: string, cause?: unknown): ConnectError {
  const error = notSentError(message, Code.InvalidArgument, "unauthenticated", cause);
  return noteFacts(error, { advice: "Check the file as the message says." });
}

/**
 * Tells whether a text that stands in place of a file name may be a secret:
 * JSON, PEM, a token, base64, or too long for a name.
 */
export function looksSecret(text: string): boolean {
  return text.length > 255 || /[{\p{Cc}]|-----|^eyJ/u.test(text) || text.split(/[^\w+=-]/).some(isRandom);
}

/** Long, and of digits, small and large letters: no word, no date and no UUID is. */
function isRandom(word: string): boolean {
  return word.length >= 20 && [/\d/, /[a-z]/, /[A-Z]/].every((kind) => kind.test(word));
}

function open(path: string, what: string, name: string): number {
  try {
    // A pipe that nobody writes to would hold up the process.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    // Of a file that is there, the name can be shown. This one may be what belongs into the file.
    if (looksSecret(path)) {
      throw secretFileError(
        `there is no ${what} of the name that was given; it is not shown, for it may be a secret`,
      );
    }
    throw secretFileError(`${name} cannot be opened: ${systemProblem(error)}`, error);
  }
}

function systemProblem(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "this user may not read it";
  return typeof code === "string" ? code : "the error of the system is the cause of this one";
}

function readInto(bytes: Buffer, file: number): number {
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(file, bytes, length, bytes.length - length, null);
    if (count === 0) break;
    length += count;
  }
  return length;
}

/** What Windows PowerShell writes is UTF-16. */
function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
