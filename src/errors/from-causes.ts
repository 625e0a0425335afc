import { ConnectError } from "@connectrpc/connect";
import type { Verdict } from "./verdict.js";

/** More than any real chain; it also ends one that runs in a circle. */
const MAX_CAUSES = 16;

/** An error and what caused it, outermost first; also the members of an `AggregateError`. */
export function causesOf(error: unknown): unknown[] {
  const chain = [error];
  for (let at = 0; at < chain.length && chain.length < MAX_CAUSES; at++) {
    const link = chain[at];
    const cause = memberOf(link, "cause");
    if (cause !== undefined) chain.push(cause);
    const errors = memberOf(link, "errors");
    if (Array.isArray(errors)) chain.push(...errors.slice(0, MAX_CAUSES));
  }
  return chain;
}

/**
 * What a thrown value says; nothing where it is an object without a message.
 * Asks for the shape, not for the class: an error of another realm is no
 * `instanceof Error`.
 */
export function saidBy(thrown: unknown): string {
  return typeof thrown === "object" ? fieldOf(thrown, "message") : String(thrown);
}

/** A text field of an error; empty where it has none. */
export function fieldOf(thrown: unknown, name: string): string {
  const value = memberOf(thrown, name);
  return typeof value === "string" ? value : "";
}

function memberOf(thrown: unknown, name: string): unknown {
  return typeof thrown === "object" && thrown !== null ? Reflect.get(thrown, name) : undefined;
}

/** One error of a chain of causes, by its shape. */
export interface Cause {
  readonly name: string;
  readonly message: string;
  /** What the system calls it, such as ECONNREFUSED. */
  readonly code: string;
  /** What the system was doing, such as `connect`. */
  readonly syscall: string;
}

/** Says what one error means for the mail; undefined where it does not know it. */
export type CauseReader = (cause: Cause) => Verdict | undefined;

const readers: CauseReader[] = [verdictOfFetch];

/** Adds what only one platform needs to know, so that the others do without. */
export function readCausesBy(reader: CauseReader): void {
  readers.unshift(reader);
}

/** What a chain of causes says about a failure that no server answered. */
export function verdictOfCauses(error: unknown): Verdict | undefined {
  let found: Verdict | undefined;
  for (const thrown of causesOf(error)) {
    const cause: Cause = {
      name: fieldOf(thrown, "name"),
      message: thrown instanceof ConnectError ? thrown.rawMessage : saidBy(thrown),
      code: fieldOf(thrown, "code"),
      syscall: fieldOf(thrown, "syscall"),
    };
    let verdict: Verdict | undefined;
    for (const read of readers) verdict ??= read(cause);
    // Where one says for certain that nothing was sent, it knows more than the others.
    if (verdict?.delivery === "not_sent") return verdict;
    // `fetch` says no more than that it broke off; what lies under it may say why.
    if (found === undefined || found === brokeOff) found = verdict ?? found;
  }
  return found;
}

/** The code that the system gave an error, such as ECONNREFUSED. */
export function systemCodeIn(error: unknown): string | undefined {
  return causesOf(error)
    .map((cause) => fieldOf(cause, "code"))
    .find((code) => /^[A-Z][A-Z\d_]{2,40}$/.test(code));
}

export const noConnection: Verdict = { reason: "unreachable", delivery: "not_sent" };
export const timedOut: Verdict = { reason: "timeout", delivery: "maybe_sent" };
export const brokeOff: Verdict = { reason: "unreachable", delivery: "maybe_sent" };

const untrusted: Verdict = {
  ...noConnection,
  because: "certificate",
  says: "has a certificate that is not trusted",
};
const inPage: Verdict = {
  ...brokeOff,
  because: "browser",
  advice:
    "Check baseUrl, the network, and CORS: the server must allow this origin and expose grpc-status, grpc-message and grpc-status-details-bin.",
};

/** Nothing was sent, because there was no connection: Node, Bun, and Deno's two ways to say so. */
const CONNECT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket|NotCapable)$/;
const DENO_CONNECT = /: client error \(Connect\)/;
/** Nothing was sent, because the server could not prove who it is. */
export const CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_|ERR_TLS_CERT_)/;
/** Anything else that a connection can die of, before or after the request. */
const CONNECTION = /^(ECONN\w+|EPIPE|ETIMEDOUT|ENETDOWN|E\w+UNREACH|EPROTO|UND_ERR_\w+)$/;
/** How `fetch` says that it failed in a page: Chromium, Firefox, Safari, React Native. It says no more. */
const PAGE = /^(Failed to fetch|NetworkError |Load failed|Network request failed)/;
/** How a connection broke, or a body: Node, workerd, Chromium, Firefox, Deno. */
const BROKE_OFF =
  /^(fetch failed|terminated|Network connection lost|network error|Error in input stream|error (reading a body|sending request) )/;

function verdictOfFetch({ name, message, code, syscall }: Cause): Verdict | undefined {
  const isConnect = CONNECT.test(code || name) || syscall === "connect" || syscall.startsWith("getaddrinfo");
  if (isConnect || DENO_CONNECT.test(message)) return noConnection;
  if (CERTIFICATE.test(code)) return untrusted;
  if (CONNECTION.test(code)) return brokeOff;
  if (name === "TimeoutError") return timedOut;
  if (name === "AbortError") return { reason: "canceled", delivery: "maybe_sent" };
  if (name === "TypeError" && PAGE.test(message)) return inPage;
  return /^(Type)?Error$/.test(name) && BROKE_OFF.test(message) ? brokeOff : undefined;
}
