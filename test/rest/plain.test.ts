import { create, type DescMessage, equals, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ResendHumanInitializationRequestSchema as RequestSchema,
  type ResendHumanInitializationResponse,
  ResendHumanInitializationResponseSchema as ResponseSchema,
} from "../../gen/zitadel/management_pb.js";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";
import { plainFromJson, plainToJson } from "../../src/transport/rest/plain-codec.js";
import { BookSchema, book } from "./library.js";

const seconds = fc.bigInt(-62135596800n, 253402300799n);
const timestamp = fc.record(
  { seconds, nanos: fc.integer({ min: 0, max: 999_999_999 }) },
  { requiredKeys: [] },
);
const details = fc.record(
  {
    sequence: fc.bigInt(0n, 2n ** 64n - 1n),
    creationDate: timestamp,
    changeDate: timestamp,
    resourceOwner: fc.string({ unit: "binary" }),
  },
  { requiredKeys: [] },
);

describe("the client's own JSON is the library's", () => {
  it("for requests", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (userId, email) => {
        const request = create(RequestSchema, { userId, email });
        expect(plainToJson(RequestSchema, request)).toEqual(toJson(RequestSchema, request));
      }),
    );
  });

  it("for answers", () => {
    fc.assert(
      fc.property(fc.option(details, { nil: undefined }), fc.boolean(), (details, alwaysEmitImplicit) => {
        const response = create(ResponseSchema, details === undefined ? {} : { details });
        const json = toJson(ResponseSchema, response, { alwaysEmitImplicit });
        const read: ResendHumanInitializationResponse = plainFromJson(ResponseSchema, json);
        expect(equals(ResponseSchema, read, response)).toBe(true);
      }),
    );
  });

  it.each<{ desc: DescMessage; json: JsonValue }>([
    {
      desc: ResponseSchema,
      json: { details: { sequence: 5, changeDate: "2026-11-23T13:25:28.577805Z", resource_owner: "1" } },
    },
    {
      desc: ResponseSchema,
      json: { details: { changeDate: "2026-11-23T13:25:28+05:30", sequence: "0" }, unknown: [1] },
    },
    { desc: ResponseSchema, json: { details: null } },
    { desc: ErrorDetailSchema, json: { id: "COMMAND-2M9df", message: "ü", "@type": "x" } },
  ])("reads $json", ({ desc, json }) => {
    const library = fromJson(desc, json, { ignoreUnknownFields: true });
    expect(equals(desc, plainFromJson(desc, json), library)).toBe(true);
  });

  it.each<[json: JsonValue]>([
    ["text"],
    [[]],
    [null],
    [{ details: 5 }],
    [{ details: { sequence: "-1" } }],
    [{ details: { sequence: "x" } }],
    [{ details: { sequence: true } }],
    [{ details: { sequence: 1.5 } }],
    [{ details: { resourceOwner: 5 } }],
    [{ details: { changeDate: 5 } }],
    [{ details: { changeDate: "yesterday" } }],
    [{ details: { changeDate: "2026-13-23T13:25:28Z" } }],
  ])("refuses %j", (json) => {
    expect(() => fromJson(ResponseSchema, json)).toThrow();
    expect(() => plainFromJson(ResponseSchema, json)).toThrow();
  });

  it("refuses what it does not know", () => {
    expect(() => plainToJson(BookSchema, book({ genre: 1 }))).toThrow("genre is a number");
    expect(() => plainToJson(BookSchema, book({ tags: ["x"] }))).toThrow("tags is a object");
    expect(() => plainFromJson(BookSchema, { genre: "NOVEL" })).toThrow("genre is a string");
    expect(() => plainFromJson(BookSchema, { cover: "AA==" })).toThrow("cover is a string");
    expect(() => plainToJson(RequestSchema, Object.assign(create(RequestSchema), { userId: 5 }))).toThrow(
      "user_id is a number",
    );
  });
});
