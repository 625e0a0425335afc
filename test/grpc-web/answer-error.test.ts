import { gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, type ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";
import { explainError } from "../../src/errors/explain.js";
import { gzip } from "../../src/http/node/gzip.js";
import { caught } from "../auth/caught.js";
import { type CannedAnswer, canned, frame, message, messageBytes, trailers } from "./peer.js";

const grpcWeb = { "content-type": "application/grpc-web+proto" };
const ok = trailers("grpc-status: 0\r\n");

const detail = {
  typeUrl: "type.googleapis.com/zitadel.v1.ErrorDetail",
  id: "COMMAND-2M9sd",
  message: "gone",
};

/** google.rpc.Status with one detail, in base64. */
function statusDetails(code: number): string {
  const value = toBinary(
    ErrorDetailSchema,
    create(ErrorDetailSchema, { id: detail.id, message: detail.message }),
  );
  const any = Buffer.concat([field(1, Buffer.from(detail.typeUrl)), field(2, value)]);
  return Buffer.concat([Buffer.from([8, code]), field(2, Buffer.from("é")), field(3, any)]).toString(
    "base64",
  );
}

function field(number: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, value.byteLength]), value]);
}

interface Refusal extends CannedAnswer {
  readonly code: Code;
  readonly text?: string | RegExp;
}

const html = { "content-type": "text/html" };
const page = [
  Buffer.from("<html><style>a{}</style><title>Sign in</title>\n<p>Authorization: Bearer abc.def"),
];

const refusals: Record<string, Refusal> = {
  "a status in the trailers": {
    body: [trailers("Grpc-Status: 9\r\ngrpc-message: no%20%C3%A9\r\n")],
    code: Code.FailedPrecondition,
    text: "no é",
  },
  "a status in the headers": {
    header: { ...grpcWeb, "grpc-status": "9", "grpc-message": "no" },
    code: Code.FailedPrecondition,
    text: "no",
  },
  "a status in the headers and an empty trailer frame (Traefik, connect-es#1764)": {
    header: { ...grpcWeb, "grpc-status": "9", "grpc-message": "no" },
    body: [trailers("")],
    code: Code.FailedPrecondition,
    text: "no",
  },
  "a status in the headers and rubbish behind it": {
    header: { ...grpcWeb, "grpc-status": "9", "grpc-message": "no" },
    body: [Buffer.from("<html>")],
    code: Code.FailedPrecondition,
    text: "no",
  },
  "a status in the headers of an HTTP error": {
    status: 503,
    header: { ...html, "grpc-status": "8", "grpc-message": "enough" },
    code: Code.ResourceExhausted,
    text: "enough",
  },
  "two statuses: that of the trailers counts": {
    header: { ...grpcWeb, "grpc-status": "8" },
    body: [trailers("grpc-status: 9\r\n")],
    code: Code.FailedPrecondition,
    text: "",
  },
  "a status behind a message": {
    body: [message("hi"), trailers("grpc-status: 13\r\n")],
    code: Code.Internal,
    text: "",
  },
  "a message that is not percent-encoded well": {
    body: [trailers("grpc-status: 9\r\ngrpc-message: 100% %zz %C3%28\r\n")],
    code: Code.FailedPrecondition,
    text: "100% %zz %C3%28",
  },
  "a status that gRPC does not have": {
    body: [trailers("grpc-status: 99\r\n")],
    code: Code.Unknown,
    text: /grpc-status is "99"/,
  },
  "no status at all": {
    body: [message("hi")],
    code: Code.Internal,
    text: /no grpc-status.*proxy.*must expose grpc-status/,
  },
  "nothing at all": { code: Code.Internal, text: /no grpc-status/ },
  "trailers without a status": {
    body: [trailers("grpc-message: error\r\n")],
    code: Code.Internal,
    text: /no grpc-status/,
  },
  "only a message of an error in the headers": {
    header: { ...grpcWeb, "grpc-message": "error" },
    code: Code.Internal,
    text: /no grpc-status/,
  },
  "no message, but status 0": { body: [ok], code: Code.Unimplemented, text: /no message/ },
  "status 0 in the headers and nothing else": {
    header: { ...grpcWeb, "grpc-status": "0" },
    code: Code.Unimplemented,
    text: /no message/,
  },
  "two messages": {
    body: [message("a"), message("b"), ok],
    code: Code.Unimplemented,
    text: /more than one message/,
  },
  "a message behind the trailers": {
    body: [ok, message("a")],
    code: Code.Unimplemented,
    text: /behind its trailers/,
  },
  "trailers twice": { body: [message("a"), ok, ok], code: Code.Unimplemented, text: /behind its trailers/ },
  "a prefix that is cut": {
    body: [message("a"), ok.subarray(0, 3)],
    code: Code.Unavailable,
    text: /middle of a frame/,
  },
  "a frame that is cut": {
    body: [message("a"), ok.subarray(0, 9)],
    code: Code.Unavailable,
    text: /middle of a frame/,
  },
  "flags that gRPC-web does not have": {
    body: [frame(2, "x"), ok],
    code: Code.Internal,
    text: /not made of gRPC-web/,
  },
  "a message that is none": {
    body: [frame(0, Buffer.from([0xff, 0xff])), ok],
    code: Code.Internal,
    text: /no valid google.protobuf.StringValue/,
  },
  "a message larger than the limit": { body: [message("x".repeat(200)), ok], code: Code.ResourceExhausted },
  "a frame that says that it is 4 GiB": {
    body: [frame(0, "x", 0xffffffff)],
    code: Code.ResourceExhausted,
    text: /larger than 100 bytes; readMaxBytes/,
  },
  "a body larger than any answer may be": {
    body: [frame(0x80, Buffer.alloc(70_000))],
    code: Code.ResourceExhausted,
    text: /larger than 100 bytes; readMaxBytes/,
  },
  "a compressed message, where nobody asked for it": {
    header: { ...grpcWeb, "grpc-encoding": "gzip" },
    body: [frame(1, gzipSync(messageBytes("hi"))), ok],
    code: Code.Internal,
    text: /compressed.*"gzip"/,
  },
  "a compressed message without an encoding": {
    header: { ...grpcWeb, "grpc-encoding": "identity" },
    body: [frame(1, messageBytes("hi")), ok],
    code: Code.Internal,
    text: /compressed.*"identity"/,
  },
  "gRPC-web in JSON": {
    header: { "content-type": "application/grpc-web+json" },
    body: [frame(0, "{}"), ok],
    code: Code.Unknown,
    text: /HTTP 200 with application\/grpc-web\+json instead of gRPC-web/,
  },
  "gRPC-web in base64": {
    header: { "content-type": "application/grpc-web-text" },
    code: Code.Unknown,
    text: /application\/grpc-web-text instead/,
  },
  "a page, status 200": {
    header: html,
    body: page,
    code: Code.Unknown,
    text: 'the server answered HTTP 200 with text/html instead of gRPC-web: "Sign in Authorization: Bearer …"',
  },
  "no content type": { header: {}, body: [message("hi"), ok], code: Code.Unknown, text: /no content type/ },
  "a redirect": {
    status: 301,
    header: { location: "https://elsewhere.example/secret?token=1" },
    code: Code.Unknown,
    text: /redirects to https:\/\/elsewhere\.example, which is not followed/,
  },
};

describe("an answer that has", () => {
  const options = { readMaxBytes: 100 };
  test.each(Object.entries(refusals))("%s is an error", async (_, { code, text, ...answer }) => {
    const error = await caught(() => canned(answer, options).client.say({}));
    expect([Code[error.code], error.rawMessage]).toEqual([Code[code], textOf(error, text)]);
  });

  test.each([
    [400, Code.Internal],
    [401, Code.Unauthenticated],
    [403, Code.PermissionDenied],
    [404, Code.Unimplemented],
    [409, Code.Unknown],
    [429, Code.Unavailable],
    [500, Code.Unknown],
    [502, Code.Unavailable],
    [503, Code.Unavailable],
    [504, Code.Unavailable],
  ])("HTTP status %i maps to a code and keeps its headers", async (status, code) => {
    const header = { ...html, "retry-after": "7" };
    const error = await caught(() => canned({ status, header, body: page }).client.say({}));
    expect(Code[error.code]).toBe(Code[code]);
    expect(explainError(error)).toMatchObject({ httpStatus: status, retryAfterMs: 7000 });
  });

  test("details has them on the error, beside the headers and trailers", async () => {
    const { client } = canned({
      header: { ...grpcWeb, "x-head": "1" },
      body: [trailers(`grpc-status: 9\r\ngrpc-status-details-bin: ${statusDetails(9)}\r\nx-tail: 2\r\n`)],
    });
    const error = await caught(() => client.say({}));
    expect(error.rawMessage).toBe("é");
    expect(error.findDetails(ErrorDetailSchema)).toMatchObject([{ id: detail.id, message: detail.message }]);
    expect([error.metadata.get("x-head"), error.metadata.get("x-tail")]).toEqual(["1", "2"]);
    expect(explainError(error)).toMatchObject({ id: "COMMAND-2M9sd", reason: "already_initialized" });
  });

  test.each(["%%%", "////", Buffer.from([8]).toString("base64")])(
    "details that cannot be decoded (%s) keeps its status",
    async (details) => {
      const body = [
        trailers(`grpc-status: 9\r\ngrpc-message: no\r\ngrpc-status-details-bin: ${details}\r\n`),
      ];
      const error = await caught(() => canned({ body }).client.say({}));
      expect([error.code, error.rawMessage, error.details]).toEqual([Code.FailedPrecondition, "no", []]);
    },
  );

  test("compressed frames is read where that was asked for", async () => {
    const header = { ...grpcWeb, "grpc-encoding": "gzip" };
    const body = [
      frame(1, gzipSync(messageBytes("hi"))),
      frame(0x81, gzipSync("grpc-status: 0\r\nx-tail: 1\r\n")),
    ];
    const { client, requests } = canned({ header, body }, { acceptCompression: gzip });
    let trailer = new Headers();
    const { value } = await client.say({}, { onTrailer: (received) => (trailer = received) });
    expect([value, trailer.get("x-tail")]).toEqual(["hi", "1"]);
    expect(requests[0]?.headers.get("grpc-accept-encoding")).toBe("gzip");
  });

  test.each([
    [
      "more than the limit when it is unpacked",
      gzipSync(messageBytes("x".repeat(200))),
      Code.ResourceExhausted,
    ],
    ["no gzip", Buffer.from("x"), Code.Internal],
    ["half of its gzip", gzipSync(messageBytes("hi")).subarray(0, 15), Code.Internal],
  ])("a compressed message that is %s is an error", async (_, data, code) => {
    const header = { ...grpcWeb, "grpc-encoding": "gzip" };
    const peer = canned({ header, body: [frame(1, data), ok] }, { ...options, acceptCompression: gzip });
    expect(Code[(await caught(() => peer.client.say({}))).code]).toBe(Code[code]);
  });

  test("a redirect that the browser hides is named as one", async () => {
    const hidden = {
      status: 0,
      field: () => null,
      header: new Headers(),
      bytes: () => nothing(),
      chunks: none,
      discard: () => {},
    };
    const { client } = canned({}, { http: async () => hidden });
    const error = await caught(() => client.say({}));
    expect(error.rawMessage).toMatch(/^the server redirects, which is not followed/);
    expect(explainError(error)).toMatchObject({ reason: "not_supported", delivery: "maybe_sent" });
  });
});

function textOf({ rawMessage }: ConnectError, text: Refusal["text"]): string {
  if (text === undefined || (text instanceof RegExp && text.test(rawMessage))) return rawMessage;
  return String(text);
}

async function nothing() {
  return new Uint8Array();
}

async function* none() {}
