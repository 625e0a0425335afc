import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";
import { noteFacts } from "../../src/errors/facts.js";
import { explainError, type Failure } from "../../src/node/index.js";

type Row = readonly [
  what: string,
  error: unknown,
  verdict: string,
  extra?: { readonly [Key in keyof Failure]?: Failure[Key] | undefined },
];

/** An error that a server gave over gRPC. */
function answered(code: Code, message = "", header: Record<string, string> = {}): ConnectError {
  return new ConnectError(message, code, { "grpc-status": String(code), ...header });
}

function withDetail(code: Code, type: string, id: string): ConnectError {
  const error = answered(code);
  error.details = [{ type, value: toBinary(ErrorDetailSchema, create(ErrorDetailSchema, { id })) }];
  return error;
}

/** As Node makes them: a code, and what it was doing. */
function systemError(code: string, syscall?: string, message = code): Error {
  return Object.assign(new Error(message), { code, ...(syscall && { syscall }) });
}

function causedBy(cause: unknown, code = Code.Unavailable): ConnectError {
  return new ConnectError("the connection failed", code, undefined, undefined, cause);
}

function fetchFailed(cause: Error): TypeError {
  return new TypeError("fetch failed", { cause });
}

const V1 = "zitadel.v1.ErrorDetail";
const V2 = "zitadel.error.v2.ErrorDetail";

const byCode: Row[] = [
  ["Canceled", answered(Code.Canceled), "server_error, maybe_sent"],
  ["Unknown", answered(Code.Unknown), "server_error, maybe_sent"],
  ["InvalidArgument", answered(Code.InvalidArgument), "invalid_request, not_sent"],
  ["DeadlineExceeded", answered(Code.DeadlineExceeded), "timeout, maybe_sent"],
  ["NotFound", answered(Code.NotFound), "not_found, not_sent"],
  ["AlreadyExists", answered(Code.AlreadyExists), "invalid_request, not_sent"],
  ["PermissionDenied", answered(Code.PermissionDenied), "permission_denied, not_sent"],
  ["ResourceExhausted", answered(Code.ResourceExhausted), "rate_limited, maybe_sent"],
  ["FailedPrecondition", answered(Code.FailedPrecondition), "failed_precondition, not_sent"],
  ["Aborted", answered(Code.Aborted), "server_error, maybe_sent"],
  ["OutOfRange", answered(Code.OutOfRange), "invalid_request, not_sent"],
  ["Unimplemented", answered(Code.Unimplemented), "not_supported, not_sent"],
  ["Internal", answered(Code.Internal), "server_error, maybe_sent"],
  ["Unavailable", answered(Code.Unavailable), "unreachable, maybe_sent"],
  ["DataLoss", answered(Code.DataLoss), "server_error, maybe_sent"],
  ["Unauthenticated", answered(Code.Unauthenticated), "unauthenticated, not_sent"],
];

const byId: Row[] = [
  [
    "the detail",
    withDetail(Code.NotFound, V1, "AUTHZ-cdgFk"),
    "permission_denied, not_sent",
    { id: "AUTHZ-cdgFk" },
  ],
  ["its announced successor", withDetail(Code.NotFound, V2, "AUTHZ-cdgFk"), "permission_denied, not_sent"],
  [
    "the successor's slug, which is not known",
    withDetail(Code.FailedPrecondition, V2, "USER-1a2b3"),
    "failed_precondition, not_sent",
    { id: "USER-1a2b3" },
  ],
  [
    "the JSON of a detail that could not be decoded",
    Object.assign(answered(Code.NotFound), {
      details: [{ type: V2, value: new Uint8Array(), debug: { "@type": `x/${V2}`, slug: "USER-gone1" } }],
    }),
    "not_found, not_sent",
    { id: "USER-gone1" },
  ],
  [
    "a detail as a server in this process makes it",
    new ConnectError("", Code.NotFound, undefined, [
      { desc: ErrorDetailSchema, value: { id: "AUTHZ-cdgFk" } },
    ]),
    "permission_denied, not_sent",
    { id: "AUTHZ-cdgFk" },
  ],
  [
    "the end of the message, where the detail was lost",
    answered(Code.FailedPrecondition, "Benutzer ist bereits initialisiert (COMMAND-2M9sd)"),
    "already_initialized, not_sent",
    { id: "COMMAND-2M9sd" },
  ],
  [
    "the middle of the message that has no detail",
    answered(Code.NotFound, "unable to set instance: ID=QUERY-1kIjX Message=Instance not found. Parent=(…)"),
    "instance_not_found, not_sent",
    { id: "QUERY-1kIjX" },
  ],
  [
    "words in brackets, which are no id",
    answered(Code.NotFound, "nobody is called (AUTHZ-cdgFk) here"),
    "not_found, not_sent",
  ],
  ["a quota", withDetail(Code.ResourceExhausted, V1, "QUOTA-vjAy8"), "quota_exhausted, not_sent"],
  ["a blocked instance", withDetail(Code.ResourceExhausted, V1, "LIMITS-molsj"), "quota_exhausted, not_sent"],
  ["an unknown limit", withDetail(Code.ResourceExhausted, V1, "QUOTA-newer"), "quota_exhausted, not_sent"],
  ["an unknown id", withDetail(Code.PermissionDenied, V1, "AUTH-newer"), "permission_denied, not_sent"],
  ["an unknown id of a failure", withDetail(Code.Internal, V1, "EVENT-newer"), "server_error, maybe_sent"],
  [
    "a known id with a code that is not its own",
    withDetail(Code.InvalidArgument, V1, "COMMAND-2M9sd"),
    "invalid_request, not_sent",
  ],
  ["another type's detail", withDetail(Code.NotFound, "other.Detail", "AUTHZ-cdgFk"), "not_found, not_sent"],
];

const byHttpStatus: Row[] = [
  [400, "invalid_request, not_sent"],
  [301, "not_supported, not_sent"],
  [302, "not_supported, maybe_sent"],
  [401, "unauthenticated, not_sent"],
  [403, "permission_denied, maybe_sent"],
  [404, "not_supported, not_sent"],
  [405, "not_supported, not_sent"],
  [408, "timeout, maybe_sent"],
  [413, "too_large, not_sent"],
  [415, "not_supported, not_sent"],
  [407, "not_supported, not_sent"],
  [418, "invalid_request, maybe_sent"],
  [429, "rate_limited, not_sent"],
  [431, "too_large, not_sent"],
  [500, "server_error, maybe_sent"],
  [502, "unreachable, maybe_sent"],
  [503, "unreachable, maybe_sent"],
  [504, "timeout, maybe_sent"],
  [507, "server_error, maybe_sent"],
  [511, "not_supported, not_sent"],
  [520, "unreachable, maybe_sent"],
  [522, "timeout, maybe_sent"],
  [525, "unreachable, maybe_sent"],
  [530, "unreachable, maybe_sent"],
  [599, "server_error, maybe_sent"],
  [499, "server_error, maybe_sent"],
].flatMap(([status, verdict]): Row[] => [
  [
    `HTTP ${status}, noted`,
    noteFacts(new ConnectError("x", Code.Unknown), { httpStatus: Number(status) }),
    String(verdict),
    { httpStatus: Number(status) },
  ],
  [
    `HTTP ${status}, as Connect words it`,
    new ConnectError(`HTTP ${status}`, Code.Unavailable),
    String(verdict),
    { httpStatus: Number(status) },
  ],
]);

const BROKEN = "unreachable, maybe_sent";
const DENO = "error sending request for url (http://x/): client error (Connect): tcp connect error";
const DENO_BODY = "error reading a body from connection";
const named = (name: string) => Object.assign(new Error("no"), { name });
const again = { retryable: true };
const byCause: Row[] = [
  ["a refused connection", causedBy(systemError("ECONNREFUSED", "connect")), "unreachable, not_sent", again],
  ["an unknown name", causedBy(systemError("ENOTFOUND", "getaddrinfo")), "unreachable, not_sent", again],
  [
    "a name server that is away",
    causedBy(systemError("EAI_AGAIN", "getaddrinfo")),
    "unreachable, not_sent",
    again,
  ],
  [
    "undici's connect timeout",
    causedBy(systemError("UND_ERR_CONNECT_TIMEOUT")),
    "unreachable, not_sent",
    again,
  ],
  [
    "a timeout while it connects",
    causedBy(systemError("ETIMEDOUT", "connect")),
    "unreachable, not_sent",
    again,
  ],
  [
    "several addresses, none reached",
    causedBy(
      new AggregateError([systemError("ETIMEDOUT", "connect"), systemError("ENETUNREACH", "connect")]),
    ),
    "unreachable, not_sent",
    again,
  ],
  ["Bun's refused connection", causedBy(systemError("ConnectionRefused")), "unreachable, not_sent", again],
  [
    "deep down in fetch",
    causedBy(fetchFailed(systemError("ECONNREFUSED", "connect"))),
    "unreachable, not_sent",
    again,
  ],
  [
    "a session that is going away",
    causedBy(systemError("ERR_HTTP2_GOAWAY_SESSION")),
    "unreachable, not_sent",
    { retryable: true, retryAfterMs: 0 },
  ],
  [
    "a refused stream, in Node's words",
    causedBy(
      systemError(
        "ERR_HTTP2_STREAM_ERROR",
        undefined,
        "Stream closed with error code NGHTTP2_REFUSED_STREAM",
      ),
    ),
    "unreachable, not_sent",
    { retryable: true, retryAfterMs: 0 },
  ],
  [
    "a refused stream, in Connect's words",
    new ConnectError("http/2 stream closed with error code REFUSED_STREAM (0x7)", Code.Unavailable),
    "unreachable, not_sent",
    { retryable: true, retryAfterMs: 0 },
  ],
  [
    "the words of a refused stream in a server's message",
    answered(Code.Unavailable, "http/2 stream closed with error code REFUSED_STREAM (0x7)"),
    "unreachable, maybe_sent",
  ],
  [
    "ENHANCE_YOUR_CALM",
    new ConnectError("http/2 stream closed with error code ENHANCE_YOUR_CALM (0xb)"),
    "rate_limited, maybe_sent",
  ],
  [
    "RST_STREAM CANCEL",
    new ConnectError("http/2 stream closed with error code CANCEL (0x8)", Code.Canceled),
    "unreachable, maybe_sent",
  ],
  [
    "HTTP_1_1_REQUIRED",
    new ConnectError("http/2 stream closed with error code HTTP_1_1_REQUIRED (0xd)", Code.PermissionDenied),
    "not_supported, maybe_sent",
  ],
  [
    "a certificate that is not trusted",
    causedBy(systemError("DEPTH_ZERO_SELF_SIGNED_CERT")),
    "unreachable, not_sent",
    { retryable: false },
  ],
  [
    "a certificate of another host",
    causedBy(systemError("ERR_TLS_CERT_ALTNAME_INVALID")),
    "unreachable, not_sent",
    { retryable: false },
  ],
  [
    "plain HTTP where TLS was spoken",
    causedBy(systemError("ERR_SSL_WRONG_VERSION_NUMBER", "write")),
    "not_supported, maybe_sent",
  ],
  [
    "a reset connection",
    causedBy(systemError("ECONNRESET", "read"), Code.Aborted),
    "unreachable, maybe_sent",
  ],
  ["a broken pipe", causedBy(systemError("EPIPE", "write")), "unreachable, maybe_sent"],
  ["a timeout of a connection", causedBy(systemError("ETIMEDOUT", "read")), "unreachable, maybe_sent"],
  ["a network that went away", causedBy(systemError("EHOSTUNREACH", "read")), "unreachable, maybe_sent"],
  ["undici's closed socket", causedBy(fetchFailed(systemError("UND_ERR_SOCKET"))), "unreachable, maybe_sent"],
  ["undici's missing headers", causedBy(systemError("UND_ERR_HEADERS_TIMEOUT")), "timeout, maybe_sent"],
  ["a broken session", causedBy(systemError("ERR_HTTP2_SESSION_ERROR")), "unreachable, maybe_sent"],
  [
    "a canceled stream",
    causedBy(systemError("ERR_HTTP2_STREAM_CANCEL"), Code.Internal),
    "unreachable, maybe_sent",
  ],
  ["Chromium's fetch", causedBy(new TypeError("Failed to fetch"), Code.Unknown), "unreachable, maybe_sent"],
  [
    "Firefox's fetch",
    causedBy(new TypeError("NetworkError when attempting to fetch resource.")),
    "unreachable, maybe_sent",
  ],
  ["Deno's refused connection", causedBy(new TypeError(DENO)), "unreachable, not_sent", again],
  ["Deno without a permission", named("NotCapable"), "unreachable, not_sent", again],
  ["a connection that broke in Deno", new TypeError("error sending request for url (x)"), BROKEN],
  ["workerd", causedBy(new Error("Network connection lost.")), BROKEN],
  ["a handshake that failed in Bun", causedBy(systemError("EPROTO")), BROKEN],
  ["Bun without a socket", causedBy(systemError("FailedToOpenSocket")), "unreachable, not_sent", again],
  ["a body that broke off in Chromium", causedBy(new TypeError("network error"), Code.Unknown), BROKEN],
  [
    "a body that broke off in Firefox",
    causedBy(new TypeError("Error in input stream"), Code.Unknown),
    BROKEN,
  ],
  ["a body that broke off in Deno", causedBy(new TypeError(DENO_BODY), Code.Unknown), BROKEN],
  ["a body that broke off in Node", causedBy(new TypeError("terminated"), Code.Unknown), BROKEN],
  [
    "an error of another realm",
    { name: "Error", message: "connect", code: "ECONNREFUSED", syscall: "connect" },
    "unreachable, not_sent",
    again,
  ],
  [
    "several addresses of another realm",
    {
      name: "AggregateError",
      errors: [{ name: "Error", message: "x", code: "ENETUNREACH", syscall: "connect" }],
    },
    "unreachable, not_sent",
    again,
  ],
  ["Safari's fetch", causedBy(new TypeError("Load failed")), "unreachable, maybe_sent"],
  [
    "a mistake in the code around",
    causedBy(new TypeError("x is not a function"), Code.Unknown),
    "unknown, maybe_sent",
  ],
  [
    "an answer that was cut short",
    new ConnectError("protocol error: incomplete envelope", Code.InvalidArgument),
    "unreachable, maybe_sent",
  ],
  [
    "an answer without trailers",
    new ConnectError("protocol error: missing status", Code.Internal),
    "not_supported, maybe_sent",
  ],
  [
    "an answer without trailers on gRPC-web",
    new ConnectError("missing trailer", Code.Unknown),
    "not_supported, maybe_sent",
  ],
  [
    "an answer without a body on gRPC-web",
    ConnectError.from("missing response body"),
    "not_supported, maybe_sent",
  ],
  [
    "a page instead of an answer",
    new ConnectError("unsupported content type text/html", Code.Unknown),
    "not_supported, maybe_sent",
  ],
  [
    "success without a message",
    new ConnectError("protocol error: missing output message for unary method", Code.Unimplemented),
    "not_supported, maybe_sent",
  ],
  [
    "success without a message, in our own words",
    new ConnectError("the server answered OK with no message", Code.Unimplemented, { "grpc-status": "0" }),
    "not_supported, maybe_sent",
  ],
  [
    "a request over writeMaxBytes",
    new ConnectError("message size 9 is larger than configured writeMaxBytes 8", Code.ResourceExhausted),
    "too_large, not_sent",
  ],
  [
    "an answer over readMaxBytes",
    new ConnectError("message size 9 is larger than configured readMaxBytes 8", Code.ResourceExhausted),
    "too_large, maybe_sent",
  ],
];

const RESEND = "zitadel.management.v1.ManagementService.ResendHumanInitialization";
const byFacts: Row[] = [
  [
    "a noted reason",
    noteFacts(answered(Code.NotFound), { reason: "not_supported" }),
    "not_supported, not_sent",
  ],
  [
    "a noted delivery",
    noteFacts(answered(Code.NotFound), { delivery: "maybe_sent" }),
    "not_found, maybe_sent",
  ],
  [
    "a JSON answer that is too large for the gateway, under HTTP 429",
    noteFacts(new ConnectError("grpc: received message larger than max (5 vs. 4)", Code.ResourceExhausted), {
      httpStatus: 429,
      answered: true,
    }),
    "too_large, not_sent",
  ],
  [
    "an edge's HTTP 429 with the JSON of a gateway",
    noteFacts(new ConnectError("slow down", Code.ResourceExhausted), { httpStatus: 429, answered: true }),
    "rate_limited, not_sent",
    again,
  ],
  [
    "an answer that is too large for its server",
    answered(Code.ResourceExhausted, "grpc: trying to send message larger than max (5 vs. 4)"),
    "too_large, maybe_sent",
  ],
  [
    "a server that ran out of time",
    answered(Code.Unknown, "timeout: context deadline exceeded"),
    "timeout, maybe_sent",
  ],
  [
    "a server that had no time to look the instance up",
    answered(Code.Internal, "unable to set instance: ID=QUERY-d3fas Message=no time. Parent=(…)"),
    "server_error, not_sent",
  ],
  ["a user of this rpc", noteFacts(answered(Code.NotFound), { rpc: RESEND }), "user_not_found, not_sent"],
  [
    "a user's state, of this rpc",
    noteFacts(answered(Code.FailedPrecondition), { rpc: RESEND }),
    "already_initialized, not_sent",
  ],
  [
    "another state, of another rpc",
    noteFacts(answered(Code.FailedPrecondition, "User is not locked (COMMAND-3M9ds)"), { rpc: "a.B.C" }),
    "failed_precondition, not_sent",
  ],
  [
    "an edge's HTTP 429",
    noteFacts(new ConnectError("<html>", Code.Unavailable, { "retry-after": "7" }), { httpStatus: 429 }),
    "rate_limited, not_sent",
    { retryable: true, retryAfterMs: 7000, httpStatus: 429 },
  ],
  [
    "a page under HTTP 200",
    noteFacts(new ConnectError("<html>", Code.Unknown), { httpStatus: 200 }),
    "not_supported, maybe_sent",
    { httpStatus: 200 },
  ],
  [
    "an answer under HTTP 200 that cannot be decoded",
    noteFacts(new ConnectError("no JSON of it", Code.Internal), { httpStatus: 200 }),
    "server_error, maybe_sent",
  ],
  [
    "an answer under HTTP 200 that broke off",
    noteFacts(causedBy(systemError("UND_ERR_SOCKET")), { httpStatus: 200 }),
    "unreachable, maybe_sent",
  ],
  [
    "a gateway without the path",
    noteFacts(new ConnectError("Not Found", Code.NotFound), { httpStatus: 404, answered: true }),
    "not_supported, not_sent",
  ],
  [
    "Envoy's rate limit on gRPC",
    answered(Code.Unavailable, "", { "x-envoy-ratelimited": "true" }),
    "rate_limited, not_sent",
    again,
  ],
  [
    "an edge's rate limit on gRPC",
    answered(Code.ResourceExhausted, "", { "retry-after": "1" }),
    "rate_limited, not_sent",
    again,
  ],
];

const refused = answered(Code.FailedPrecondition, "(COMMAND-2M9sd)");
const anything: Row[] = [
  ["undefined", undefined, "unknown, maybe_sent"],
  ["null", null, "unknown, maybe_sent"],
  ["a text", "no", "unknown, maybe_sent"],
  ["an object", { code: 5 }, "unknown, maybe_sent"],
  ["an error", new Error("no"), "unknown, maybe_sent"],
  ["a system error", systemError("ECONNREFUSED", "connect"), "unreachable, not_sent", again],
  ["an aborted fetch", new DOMException("stop", "AbortError"), "canceled, maybe_sent"],
  ["a fetch that took too long", new DOMException("stop", "TimeoutError"), "timeout, maybe_sent"],
  [
    "a wrapped error",
    new Error("resend failed", { cause: refused }),
    "already_initialized, not_sent",
    { id: "COMMAND-2M9sd" },
  ],
  ["an error that an interceptor wrapped", causedBy(refused, Code.Unknown), "already_initialized, not_sent"],
  [
    "another copy of ConnectError",
    foreign(refused),
    "already_initialized, not_sent",
    { id: "COMMAND-2M9sd" },
  ],
];

/** An error of the same shape, whose class is not ours. */
function foreign({ code, rawMessage, metadata, details }: ConnectError): Error {
  const error = Object.assign(new Error(rawMessage), {
    code,
    rawMessage,
    metadata,
    details,
    cause: undefined,
  });
  error.name = "ConnectError";
  return error;
}

const tables: readonly (readonly [string, Row[]])[] = [
  ["code", byCode],
  ["id", byId],
  ["HTTP status", byHttpStatus],
  ["cause", byCause],
  ["facts", byFacts],
  ["any value", anything],
];

for (const [evidence, rows] of tables) {
  const named = rows.map(([name, ...row]) => ({ name, row }));
  test.each(named)(`by ${evidence}: $name`, ({ row: [error, verdict, extra = {}] }) => {
    const failure = explainError(error);
    expect(`${failure.reason}, ${failure.delivery}`).toBe(verdict);
    expect(failure).toMatchObject(extra);
  });
}

test("every code has a row", () => {
  expect(byCode.map(([name]) => name).sort()).toEqual(
    Object.keys(Code)
      .filter((name) => Number.isNaN(Number(name)))
      .sort(),
  );
});

describe("hints", () => {
  test("the organisation may be the reason where none was named", () => {
    const hint = (orgNamed: boolean) =>
      explainError(noteFacts(answered(Code.NotFound), { orgNamed, rpc: RESEND })).hint;
    expect(hint(false)).toMatch(/another organisation.*orgId/);
    expect(hint(true)).toMatch(/Check userId and orgId/);
  });

  test.each([
    [refused, /CreateInviteCode.*|password reset/],
    [new ConnectError("HTTP 404"), /baseUrl.*contentType/],
    [
      causedBy(new TypeError("Failed to fetch")),
      /CORS.*expose grpc-status, grpc-message and grpc-status-details-bin/,
    ],
    [causedBy(systemError("CERT_HAS_EXPIRED")), /certificate/],
    [causedBy(systemError("ECONNRESET")), /A mail may have gone out/],
  ])("%s", (error, hint) => {
    expect(explainError(error).hint).toMatch(hint);
  });

  test("a mail is only spoken of where one may have gone out", () => {
    for (const [, error] of [...byCode, ...byId, ...byCause, ...byFacts]) {
      const { delivery, hint } = explainError(error);
      expect(hint.includes("A mail may have gone out")).toBe(delivery === "maybe_sent");
    }
  });
});

describe("the summary", () => {
  test.each([
    [refused, "not_sent: already_initialized (FailedPrecondition, COMMAND-2M9sd)"],
    [causedBy(systemError("ECONNREFUSED", "connect")), "not_sent: unreachable (Unavailable, ECONNREFUSED)"],
    [new ConnectError("HTTP 502"), "maybe_sent: unreachable (Unknown, HTTP 502)"],
    [answered(Code.Internal, "token eyJhbGci of ada@example.com"), "maybe_sent: server_error (Internal)"],
    [causedBy({ code: "\u001b[2J" }), "maybe_sent: unreachable (Unavailable)"],
  ])("%s", (error, summary) => {
    expect(explainError(error).summary).toBe(summary);
  });
});

describe("an id", () => {
  test.each([
    "\u001b]0;x\u0007",
    "COMMAND-2M9sd\r\n",
    "command-2M9sd",
    "COMMAND-",
    `A-${"x".repeat(17)}`,
    "A-b c",
  ])("%j is none", (id) => {
    expect(explainError(withDetail(Code.FailedPrecondition, V1, id))).not.toHaveProperty("id");
  });
});

describe("Retry-After", () => {
  const date = "Mon, 23 Nov 2026 13:00:00 GMT";
  test.each([
    [{ "retry-after": "3" }, 3000],
    [{ "retry-after": " 0 " }, 0],
    [{ "retry-after": "Mon, 23 Nov 2026 13:00:05 GMT", date }, 5000],
    [{ "retry-after": "Mon, 23 Nov 2026 12:00:00 GMT", date }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("%o", (header, retryAfterMs) => {
    const error = new ConnectError("HTTP 429", Code.Unavailable, header);
    expect(explainError(error).retryAfterMs).toBe(retryAfterMs);
  });
});

describe("properties", () => {
  const anyError = fc.oneof(
    fc.anything(),
    fc
      .record({ code: fc.string(), cause: fc.anything() })
      .map(({ code, cause }) => Object.assign(new Error("x", { cause }), { code })),
    fc
      .record({ message: fc.string(), code: fc.integer({ min: 1, max: 16 }), cause: fc.anything() })
      .map(({ message, code, cause }) => new ConnectError(message, code, undefined, undefined, cause)),
  );

  test("explains whatever is thrown, the same each time, and leaves it as it was", () => {
    fc.assert(
      fc.property(anyError, (error) => {
        const before = Object.getOwnPropertyDescriptors(Object(error));
        const failure = explainError(error);
        expect(explainError(error)).toEqual(failure);
        expect(Object.getOwnPropertyDescriptors(Object(error))).toEqual(before);
        expect(failure.hint).not.toBe("");
        if (failure.retryable) expect(failure.delivery).toBe("not_sent");
      }),
    );
  });

  test("words never decide: another message, the same verdict", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), fc.string(), (code, words) => {
        fc.pre(!/\(|ID=/.test(words));
        const { reason, delivery, retryable, hint } = explainError(answered(code));
        expect(explainError(answered(code, words))).toMatchObject({ reason, delivery, retryable, hint });
      }),
    );
  });

  test("a chain of causes that runs in a circle ends", () => {
    const error = new Error("a");
    error.cause = new Error("b", { cause: error });
    expect(explainError(error).reason).toBe("unknown");
  });
});
