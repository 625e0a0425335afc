import { create, toBinary } from "@bufbuild/protobuf";
import { Int32ValueSchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ManagementService,
  ResendHumanInitializationRequestSchema,
  ResendHumanInitializationResponseSchema,
} from "../../gen/zitadel/management_pb.js";
import { explainError } from "../../src/errors/explain.js";
import { plainCodec } from "../../src/transport/grpc-web/plain-codec.js";
import * as webGrpcWeb from "../../src/web/grpc-web.js";
import * as web from "../../src/web/index.js";
import { caught } from "../auth/caught.js";
import { frame, messageBytes, trailers } from "./peer.js";
import { TextService } from "./text-service.js";

describe("the plain codec", () => {
  test("encodes this package's request as the library does", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ minLength: 120, maxLength: 20_000 }));
    fc.assert(
      fc.property(text, text, (userId, email) => {
        const message = create(ResendHumanInitializationRequestSchema, { userId, email });
        const bytes = plainCodec.encode(ResendHumanInitializationRequestSchema, message, 1_000_000);
        expect(Buffer.from(bytes)).toEqual(
          Buffer.from(toBinary(ResendHumanInitializationRequestSchema, message)),
        );
      }),
    );
  });

  test("knows the request of every method of this package's client", () => {
    for (const { input, methodKind } of ManagementService.methods) {
      const fields = Object.fromEntries(input.fields.map(({ localName }) => [localName, "x"]));
      const message = create(input, fields);
      expect(Buffer.from(plainCodec.encode(input, message, 1000))).toEqual(
        Buffer.from(toBinary(input, message)),
      );
      expect(methodKind).toBe("unary");
    }
  });

  test("refuses what it does not know, and what is too large", async () => {
    const number = create(Int32ValueSchema, { value: 1 });
    const unknown = await caught(async () => plainCodec.encode(Int32ValueSchema, number, 1000));
    expect([unknown.code, unknown.rawMessage]).toEqual([
      Code.Internal,
      "this client cannot send google.protobuf.Int32Value.value",
    ]);
    const large = create(StringValueSchema, { value: "x".repeat(9) });
    const error = await caught(async () => plainCodec.encode(StringValueSchema, large, 10));
    expect(explainError(error)).toMatchObject({ reason: "too_large", delivery: "not_sent" });
  });
});

describe.each([
  ["web", web],
  ["web/grpc-web", webGrpcWeb],
])("the build %s", (_, { createResendClient, createTransport, personalAccessToken }) => {
  const requests: Request[] = [];
  const answerOf = (body: Uint8Array): typeof fetch => {
    const bytes = Buffer.concat([body, trailers("grpc-status: 0\r\n")]);
    return async (input, init) => {
      requests.push(new Request(input, init));
      return new Response(bytes, { headers: { "content-type": "application/grpc-web+proto" } });
    };
  };
  const baseUrl = "https://zitadel.example";

  test("has a client that makes the call in gRPC-web", async () => {
    const details = { resourceOwner: "1" };
    const response = create(ResendHumanInitializationResponseSchema, { details });
    const fetch = answerOf(frame(0, toBinary(ResendHumanInitializationResponseSchema, response)));
    await using client = createResendClient({ baseUrl, fetch, auth: personalAccessToken("abc") });
    const answer = await client.resendHumanInitialization({ userId: "7", email: "a@example.com" });
    expect(answer.details).toMatchObject(details);
    const sent = requests.at(-1);
    expect(sent?.headers.get("authorization")).toBe("Bearer abc");
    const request = create(ResendHumanInitializationRequestSchema, { userId: "7", email: "a@example.com" });
    expect(Buffer.from((await sent?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(
      frame(0, toBinary(ResendHumanInitializationRequestSchema, request)),
    );
  });

  test("has a transport for any service, with streams", async () => {
    const transport = createTransport({ baseUrl, fetch: answerOf(frame(0, messageBytes("hi"))) });
    const { say, list } = TextService.method;
    const { message } = await transport.unary(say, undefined, undefined, undefined, { value: "x" });
    expect(message.value).toBe("hi");
    async function* one() {
      yield { value: "x" };
    }
    const stream = await transport.stream(list, undefined, undefined, undefined, one());
    for await (const { value } of stream.message) expect(value).toBe("hi");
  });

  test("names the wires that it has where another one is asked for", async () => {
    const error = await caught(async () => createTransport({ baseUrl, contentType: "application/grpc" }));
    expect(error.rawMessage).toMatch(
      /^contentType "application\/grpc" is not available in .*; use application\/grpc-web\+proto/,
    );
  });
});
