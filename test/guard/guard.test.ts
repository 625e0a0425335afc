import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import {
  ManagementService,
  ResendHumanInitializationRequestSchema,
} from "../../gen/zitadel/management_pb.js";
import { explainError } from "../../src/errors/explain.js";
import { createResendClient, type ResendClientOptions } from "../../src/web/index.js";

interface Seen {
  readonly userId: string;
  readonly email: string;
}

/** A client whose calls end here, and what arrived. */
function clientThatSees(options?: Partial<ResendClientOptions>) {
  const seen: Seen[] = [];
  const transport = createRouterTransport(({ service }) =>
    service(ManagementService, {
      resendHumanInitialization({ userId, email }) {
        seen.push({ userId, email });
        return {};
      },
    }),
  );
  return { client: createResendClient({ ...options, transport }), seen };
}

const long = "x".repeat(201);
const wide = "😀".repeat(201);

const refused: readonly (readonly [what: string, request: object, message: RegExp])[] = [
  ["no user id", {}, /userId is missing/],
  ["an empty user id", { userId: "" }, /userId is missing/],
  ["a user id of 201 characters", { userId: long }, /userId has 201 characters; at most 200/],
  ["a user id of 201 wide characters", { userId: wide }, /userId has 201 characters/],
  ["a user id with a line end", { userId: "163\n" }, /invisible/],
  ["a user id with a space before it", { userId: " 163" }, /space/],
  ["a user id with a space that is not seen", { userId: "163\u200b" }, /invisible/],
  ["a user id with half a character", { userId: "163\ud83d" }, /invisible/],
  ["a user id that is a number", { userId: Number("163840776835432705") }, /userId is of type number/],
  ["an address that is none", { userId: "1", email: "not-an-email" }, /email "n…" is not an e-mail address/],
  ["spaces as the address", { userId: "1", email: "  " }, /not an e-mail address/],
  ["an address of 201 characters", { userId: "1", email: `${long}@example.com` }, /email has 213 characters/],
  ["the user id as the address", { userId: "163", email: "163" }, /email is the same as userId/],
  ["the user id as the address, and it is one", { userId: "a@b.c", email: "a@b.c" }, /the same as userId/],
  [
    "a mistyped field",
    { userId: "1", emial: "me@example.com" },
    /no field "emial"; its fields are userId and email/,
  ],
  ["a field as the proto file has it", { user_id: "1" }, /no field "user_id"/],
  ["a field that every object has", { userId: "1", ...JSON.parse('{"__proto__x":1}') }, /no field/],
];

const interceptor: NonNullable<ResendClientOptions["interceptors"]> = [(next) => (request) => next(request)];

describe.each([
  ["", {}],
  [", behind an interceptor", { interceptors: interceptor }],
])("refused before anything is sent%s", (_, options) => {
  test.each(refused)("%s", async (_, request, message) => {
    const { client, seen } = clientThatSees(options);
    const error = await client.resendHumanInitialization(request).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ConnectError);
    expect(ConnectError.from(error).rawMessage).toMatch(message);
    expect(ConnectError.from(error).rawMessage.length).toBeLessThan(200);
    expect(explainError(error)).toMatchObject({
      code: Code.InvalidArgument,
      reason: "invalid_request",
      delivery: "not_sent",
      retryable: false,
    });
    expect(seen).toEqual([]);
  });
});

describe("sent", () => {
  test.each([
    ["an id", { userId: "163840776835432705" }],
    ["an id with a space in it", { userId: "a b" }],
    ["an id in other letters", { userId: "żółć/%2F.." }],
    ["200 wide characters", { userId: "😀".repeat(200) }],
    ["an address", { userId: "1", email: "me@example.com" }],
    ["an empty address", { userId: "1", email: "" }],
    ["an address in other letters", { userId: "1", email: "jürgen@bücher.example" }],
    ["a message", create(ResendHumanInitializationRequestSchema, { userId: "1", email: "me@example.com" })],
  ])("%s", async (_, request) => {
    const { client, seen } = clientThatSees();
    await client.resendHumanInitialization(request);
    expect(seen).toEqual([{ userId: request.userId, email: "email" in request ? request.email : "" }]);
  });

  test.each(refused)("%s, with guard: false", async (_, request) => {
    const { client, seen } = clientThatSees({ guard: false });
    await client.resendHumanInitialization(request);
    expect(seen).toHaveLength(1);
  });

  test("the caller's request is left as it is", async () => {
    const request = Object.freeze({ userId: "1", email: "me@example.com" });
    await clientThatSees().client.resendHumanInitialization(request);
    expect(request).toEqual({ userId: "1", email: "me@example.com" });
  });

  test("an address is masked in the error, whatever is wrong with it", async () => {
    const { client } = clientThatSees();
    const email = "jane.doe@example.com.";
    const error = await client
      .resendHumanInitialization({ userId: "1", email })
      .catch((error: unknown) => error);
    expect(JSON.stringify(error) + String(error) + explainError(error).hint).not.toContain("jane");
    expect(String(error)).toContain("j…@example.com.");
  });
});
