import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescMethod,
  getOption,
  hasOption,
  type Message,
  ScalarType,
  toJson,
} from "@bufbuild/protobuf";
import { FieldOptionsSchema, MethodOptionsSchema } from "@bufbuild/protobuf/wkt";
import * as upstreamAnnotations from "@zitadel/proto/google/api/annotations_pb.js";
import * as upstreamHttp from "@zitadel/proto/google/api/http_pb.js";
import { openapiv2_operation } from "@zitadel/proto/protoc-gen-openapiv2/options/annotations_pb.js";
import { AuthService as UpstreamAuthService } from "@zitadel/proto/zitadel/auth_pb.js";
import { ManagementService as UpstreamService } from "@zitadel/proto/zitadel/management_pb.js";
import * as upstreamMessage from "@zitadel/proto/zitadel/message_pb.js";
import * as upstreamObject from "@zitadel/proto/zitadel/object_pb.js";
import * as upstreamOptions from "@zitadel/proto/zitadel/options_pb.js";
import { describe, expect, it } from "vitest";
import * as annotations from "../../gen/google/api/annotations_pb.js";
import * as http from "../../gen/google/api/http_pb.js";
import { AuthService } from "../../gen/own/zitadel/auth_pb.js";
import { ManagementService as OwnService } from "../../gen/own/zitadel/management_pb.js";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import * as message from "../../gen/zitadel/message_pb.js";
import * as object from "../../gen/zitadel/object_pb.js";
import * as options from "../../gen/zitadel/options_pb.js";

const ours = ManagementService.method.resendHumanInitialization;
const theirs = UpstreamService.method.resendHumanInitialization;

/** What decides how a field travels, on every wire; comments and openapi hints do not. */
function wireShape(field: DescField) {
  return {
    name: field.name,
    number: field.number,
    jsonName: field.jsonName,
    localName: field.localName,
    kind: field.fieldKind,
    type: field.scalar !== undefined ? ScalarType[field.scalar] : (field.message ?? field.enum)?.typeName,
    list: field.fieldKind === "list" ? field.listKind : undefined,
    presence: field.presence,
    oneof: field.oneof?.name,
    packed: field.fieldKind === "list" ? field.packed : undefined,
    options: field.proto.options ? toJson(FieldOptionsSchema, field.proto.options) : {},
  };
}

/** Every message and enum that a method reaches, by its name. */
function typesOf({ input, output }: DescMethod) {
  const types = new Set<DescMessage | DescEnum>([input, output]);
  const shapes: Record<string, unknown> = {};
  // The set grows while it is walked.
  for (const type of types) {
    if (type.kind === "enum") {
      shapes[type.typeName] = type.values.map(({ name, number }) => [name, number]);
      continue;
    }
    shapes[type.typeName] = type.fields.map(wireShape);
    for (const { message, enum: values } of type.fields) {
      if (message) types.add(message);
      if (values) types.add(values);
    }
  }
  return shapes;
}

const messages: [DescMessage, DescMessage][] = [
  [ours.input, theirs.input],
  [ours.output, theirs.output],
  [object.ObjectDetailsSchema, upstreamObject.ObjectDetailsSchema],
  [message.ErrorDetailSchema, upstreamMessage.ErrorDetailSchema],
  [options.AuthOptionSchema, upstreamOptions.AuthOptionSchema],
  [http.HttpRuleSchema, upstreamHttp.HttpRuleSchema],
  [http.CustomHttpPatternSchema, upstreamHttp.CustomHttpPatternSchema],
];

describe("our descriptors are ZITADEL's", () => {
  it.each(messages.map(([mine, upstream]) => [mine.typeName, mine, upstream] as const))(
    "message %s",
    (_, mine, upstream) => {
      expect(mine.typeName).toBe(upstream.typeName);
      expect(mine.file.proto.name).toBe(upstream.file.proto.name);
      expect(mine.fields.map(wireShape)).toEqual(upstream.fields.map(wireShape));
    },
  );

  it("method ResendHumanInitialization", () => {
    expect(ManagementService.typeName).toBe(UpstreamService.typeName);
    expect([ours.name, ours.localName, ours.methodKind, ours.idempotency]).toEqual([
      theirs.name,
      theirs.localName,
      theirs.methodKind,
      theirs.idempotency,
    ]);
    expect(ours.input.typeName).toBe(theirs.input.typeName);
    expect(ours.output.typeName).toBe(theirs.output.typeName);
  });

  it.each([
    [OwnService.method.resendHumanInitialization, theirs],
    [OwnService.method.listUserChanges, UpstreamService.method.listUserChanges],
    [AuthService.method.getMyUser, UpstreamAuthService.method.getMyUser],
  ] as const)("what the package calls itself: $name", (mine, upstream) => {
    expect([mine.parent.typeName, mine.name, mine.localName, mine.methodKind, mine.idempotency]).toEqual([
      upstream.parent.typeName,
      upstream.name,
      upstream.localName,
      upstream.methodKind,
      upstream.idempotency,
    ]);
    expect(toJson(http.HttpRuleSchema, getOption(mine, annotations.http))).toEqual(
      toJson(upstreamHttp.HttpRuleSchema, getOption(upstream, upstreamAnnotations.http)),
    );
    expect(toJson(options.AuthOptionSchema, getOption(mine, options.auth_option))).toEqual(
      toJson(upstreamOptions.AuthOptionSchema, getOption(upstream, upstreamOptions.auth_option)),
    );
    expect(typesOf(mine)).toEqual(typesOf(upstream));
  });

  it("is deprecated, as upstream says in its OpenAPI option only", () => {
    expect(ours.deprecated).toBe(true);
    expect(theirs.deprecated || getOption(theirs, openapiv2_operation).deprecated).toBe(true);
  });

  it("holds this one rpc and nothing else", () => {
    expect(ManagementService.methods.map((method) => method.name)).toEqual(["ResendHumanInitialization"]);
  });

  it("options of the method", () => {
    const plain = (desc: DescMessage, value: Message) => toJson(desc, value);
    expect(plain(http.HttpRuleSchema, getOption(ours, annotations.http))).toEqual(
      plain(upstreamHttp.HttpRuleSchema, getOption(theirs, upstreamAnnotations.http)),
    );
    expect(plain(http.HttpRuleSchema, getOption(ours, annotations.http))).toEqual({
      post: "/users/{user_id}/_resend_initialization",
      body: "*",
    });
    expect(plain(options.AuthOptionSchema, getOption(ours, options.auth_option))).toEqual(
      plain(upstreamOptions.AuthOptionSchema, getOption(theirs, upstreamOptions.auth_option)),
    );
    expect(getOption(ours, options.auth_option).permission).toBe("user.write");
    const standard = (method: DescMethod) => ({
      ...Object(toJson(MethodOptionsSchema, method.proto.options ?? expect.fail("no options"))),
      deprecated: undefined,
    });
    expect(standard(ours)).toEqual(standard(theirs));
  });

  it.each([
    ["google.api.http", annotations.http, upstreamAnnotations.http],
    ["zitadel.v1.auth_option", options.auth_option, upstreamOptions.auth_option],
  ] as const)("extension %s", (name, mine, upstream) => {
    expect(mine.typeName).toBe(name);
    expect([mine.typeName, mine.number, mine.extendee.typeName, mine.message?.typeName]).toEqual([
      upstream.typeName,
      upstream.number,
      upstream.extendee.typeName,
      upstream.message?.typeName,
    ]);
  });

  it("lets stubs of both read each other's options", () => {
    expect(hasOption(theirs, annotations.http)).toBe(true);
    expect(getOption(theirs, annotations.http).body).toBe("*");
    expect(getOption(ours, upstreamAnnotations.http).body).toBe("*");
  });
});
