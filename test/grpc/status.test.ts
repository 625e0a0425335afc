import { toBinary } from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { AnySchema, anyPack, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { findTrailerError, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeGrpcMessage, grpcStatusError } from "../../src/transport/grpc-status.js";

function statusOf(fields: Record<string, string>): ConnectError | undefined {
  return grpcStatusError(
    fields["grpc-status"] ?? "",
    (name) => fields[name],
    () => new Headers({ "x-seen": "yes" }),
  );
}

describe("grpc-status", () => {
  test("0 is no error, whatever stands beside it", () => {
    expect(
      statusOf({ "grpc-status": "0", "grpc-message": "x", "grpc-status-details-bin": "!" }),
    ).toBeUndefined();
  });

  test.each(["", "17", "-1", "1.5", "0, 0", "ok", "999", "00"])("%j is Unknown", (value) => {
    expect(statusOf({ "grpc-status": value })).toMatchObject({
      code: Code.Unknown,
      rawMessage: `the answer's grpc-status is ${JSON.stringify(value)}`,
    });
  });

  test("decides, also where the details say something else", () => {
    const details = statusFields(new ConnectError("theirs", Code.NotFound));
    expect(statusOf({ ...details, "grpc-status": "9", "grpc-message": "ours" })).toMatchObject({
      code: Code.FailedPrecondition,
      rawMessage: "ours",
      details: [],
    });
  });

  test("reads what Connect's own servers write", () => {
    const codes = Object.values(Code).filter((code): code is Code => typeof code === "number");
    fc.assert(
      fc.property(
        fc.constantFrom(...codes),
        fc.string({ unit: "grapheme" }),
        fc.array(fc.string()),
        (code, text, values) => {
          const details = values.map((value) => ({ desc: StringValueSchema, value: { value } }));
          const sent = new ConnectError(text, code, undefined, details);
          const read = statusOf(statusFields(sent));
          const asConnectReadsIt = findTrailerError(setTrailerStatus(new Headers(), sent));
          expect(read).toMatchObject({ code, rawMessage: text });
          expect(read?.details).toEqual(asConnectReadsIt?.details);
          expect(read?.findDetails(StringValueSchema).map(({ value }) => value)).toEqual(values);
          expect(read?.metadata.get("x-seen")).toBe("yes");
        },
      ),
    );
  });

  test("survives details that are none", () => {
    const junk = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.uint8Array().map((bytes) => base64Encode(bytes)),
    );
    fc.assert(
      fc.property(junk, (details) => {
        const error = statusOf({
          "grpc-status": "5",
          "grpc-message": "gone",
          "grpc-status-details-bin": details,
        });
        expect(error?.code).toBe(Code.NotFound);
      }),
    );
  });

  test("skips fields that google.rpc.Status has not had yet", () => {
    const any = toBinary(
      AnySchema,
      anyPack(StringValueSchema, { $typeName: "google.protobuf.StringValue", value: "x" }),
    );
    const bytes = [0x08, 5, 0x7a, 1, 0xff, 0x1a, any.length + 2, ...any, 0x28, 1];
    const error = statusOf({
      "grpc-status": "5",
      "grpc-status-details-bin": base64Encode(Uint8Array.from(bytes)),
    });
    expect(error?.findDetails(StringValueSchema).map(({ value }) => value)).toEqual(["x"]);
  });
});

function statusFields(error: ConnectError): Record<string, string> {
  return Object.fromEntries(setTrailerStatus(new Headers(), error));
}

describe("grpc-message", () => {
  test.each([
    ["plain text", "plain text"],
    ["caf%C3%A9 %E2%98%BA", "café ☺"],
    ["100% sure", "100% sure"],
    ["%zz %4 %", "%zz %4 %"],
    ["%41%zz%42", "A%zzB"],
    ["%FF%FE", "%FF%FE"],
    ["%e2%98 %41", "%e2%98 A"],
    ["", ""],
  ])("%j reads %j", (encoded, decoded) => {
    expect(decodeGrpcMessage(encoded)).toBe(decoded);
  });

  test("comes back as it was sent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(decodeGrpcMessage(encodeURIComponent(text))).toBe(text);
      }),
    );
  });
});
