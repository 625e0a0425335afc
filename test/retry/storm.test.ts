import { create, isMessage } from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { ResendHumanInitializationRequestSchema } from "../../gen/zitadel/management_pb.js";
import { notSentError } from "../../src/errors/facts.js";
import { createResendClient } from "../../src/web/index.js";
import { AcceptedCalls, seededRandom, storm } from "./storm.js";

/** A failure, and whether the peer may have taken the call before it. */
type Failing = readonly [name: string, accepts: "never" | "perhaps", fail: () => unknown];

function system(code: string, syscall?: string): ConnectError {
  const cause = Object.assign(new Error(code), { code, ...(syscall && { syscall }) });
  return new ConnectError(
    code,
    Code.Unavailable,
    undefined,
    undefined,
    new TypeError("fetch failed", { cause }),
  );
}

const reset = (name: string, code: Code) => () =>
  new ConnectError(`http/2 stream closed with error code ${name}`, code);
const http =
  (status: number, code: Code, header = {}) =>
  () =>
    new ConnectError(`HTTP ${status}`, code, header);
const answer = (code: Code) => () => new ConnectError("no", code, { "grpc-status": String(code) });

// The table of what may and may not have been processed, row by row.
const failures: readonly Failing[] = [
  ["ECONNREFUSED", "never", () => system("ECONNREFUSED", "connect")],
  ["ENOTFOUND", "never", () => system("ENOTFOUND", "getaddrinfo")],
  ["EAI_AGAIN", "never", () => system("EAI_AGAIN", "getaddrinfo")],
  ["connect timeout", "never", () => system("UND_ERR_CONNECT_TIMEOUT")],
  ["GOAWAY before the stream", "never", () => system("ERR_HTTP2_GOAWAY_SESSION")],
  ["REFUSED_STREAM", "never", reset("REFUSED_STREAM (0x7)", Code.Unavailable)],
  ["HTTP 429", "never", http(429, Code.Unavailable)],
  ["HTTP 429 with Retry-After", "never", http(429, Code.Unavailable, { "retry-after": "0" })],
  ["no token", "never", () => notSentError("no token", Code.Unavailable, "unreachable")],
  ["Unauthenticated", "never", answer(Code.Unauthenticated)],
  ["FailedPrecondition", "never", answer(Code.FailedPrecondition)],
  ["NotFound", "never", answer(Code.NotFound)],
  ["PermissionDenied", "never", answer(Code.PermissionDenied)],
  ["Unimplemented", "never", answer(Code.Unimplemented)],
  ["ResourceExhausted", "perhaps", answer(Code.ResourceExhausted)],
  ["ENHANCE_YOUR_CALM", "perhaps", reset("ENHANCE_YOUR_CALM (0xb)", Code.ResourceExhausted)],
  ["HTTP 502", "perhaps", http(502, Code.Unavailable)],
  ["HTTP 503", "perhaps", http(503, Code.Unavailable, { "retry-after": "0" })],
  ["HTTP 504", "perhaps", http(504, Code.Unavailable)],
  ["ETIMEDOUT after connecting", "perhaps", () => system("ETIMEDOUT", "read")],
  ["ECONNRESET", "perhaps", () => system("ECONNRESET", "read")],
  ["a closed socket", "perhaps", () => system("UND_ERR_SOCKET")],
  ["RST_STREAM CANCEL", "perhaps", reset("CANCEL (0x8)", Code.Canceled)],
  ["RST_STREAM INTERNAL_ERROR", "perhaps", reset("INTERNAL_ERROR (0x2)", Code.Internal)],
  ["Failed to fetch", "perhaps", () => ConnectError.from(new TypeError("Failed to fetch"))],
  [
    "an answer without trailers",
    "perhaps",
    () => new ConnectError("protocol error: missing status", Code.Internal),
  ],
  [
    "an answer that broke off",
    "perhaps",
    () => new ConnectError("protocol error: incomplete envelope", Code.InvalidArgument),
  ],
  ["DeadlineExceeded by the server", "perhaps", answer(Code.DeadlineExceeded)],
  ["Canceled", "perhaps", answer(Code.Canceled)],
  ["Unavailable by the server", "perhaps", answer(Code.Unavailable)],
  ["Internal", "perhaps", answer(Code.Internal)],
  ["Unknown", "perhaps", answer(Code.Unknown)],
  ["DataLoss", "perhaps", answer(Code.DataLoss)],
  ["something else", "perhaps", () => new Error("?")],
  ["no answer at all", "perhaps", () => new Promise(() => {})],
];

/** A transport that takes half of the calls, and fails the others in the given ways. */
function stormyTransport(rows: readonly Failing[], accepted: AcceptedCalls, random: () => number): Transport {
  const unary: Transport["unary"] = async (method, _signal, _timeoutMs, _header, input) => {
    const request = create(method.input, input);
    if (!isMessage(request, ResendHumanInitializationRequestSchema)) throw new Error("another method");
    const row = random() < 0.5 ? undefined : rows[Math.floor(random() * rows.length)];
    if (row !== undefined) {
      const [, accepts, fail] = row;
      if (accepts === "perhaps" && random() < 0.5) accepted.accept(request.userId);
      throw await fail();
    }
    accepted.accept(request.userId);
    const rest = { stream: false, service: method.parent, method } as const;
    return { ...rest, header: new Headers(), message: create(method.output), trailer: new Headers() };
  };
  return { unary, stream: () => Promise.reject(new Error("no streams")) };
}

describe("no user gets two mails, and delivery says the truth", () => {
  function client(rows: readonly Failing[], accepted: AcceptedCalls, seed: number) {
    let retries = 0;
    const onRetry = () => void retries++;
    return {
      client: createResendClient({
        transport: stormyTransport(rows, accepted, seededRandom(seed)),
        timeoutMs: 20,
        retry: { initialDelayMs: 0, onRetry },
      }),
      retries: () => retries,
    };
  }

  test.each(failures.map((row) => ({ name: row[0], row })))("$name", async ({ row }) => {
    const accepted = new AcceptedCalls();
    const { client: stormy, retries } = client([row], accepted, 1);
    const hangs = row[0] === "no answer at all";
    const result = await storm(stormy, accepted, { calls: 100, atOnce: hangs ? 50 : 10, prefix: "u" });
    expect(result.untrue).toEqual([]);
    expect(result.succeeded).toBeGreaterThan(0);
    expect(result.notSent + result.maybeSent + retries()).toBeGreaterThan(0);
    if (row[1] === "perhaps") expect([result.notSent, retries()]).toEqual([0, 0]);
    else expect(result.maybeSent).toBe(0);
  });

  test("all of them at once", async () => {
    const accepted = new AcceptedCalls();
    const { client: stormy, retries } = client(failures, accepted, 2);
    const result = await storm(stormy, accepted, { calls: 7000, atOnce: 100, prefix: "u" });
    expect(result.untrue).toEqual([]);
    expect(retries()).toBeGreaterThan(500);
    for (const count of [result.succeeded, result.notSent, result.maybeSent])
      expect(count).toBeGreaterThan(500);
  });
});
