import { describe, expect, it } from "vitest";
import { grpcTimeout } from "../../src/call/deadline.js";
import { requestFields } from "../../src/transport/rest/headers.js";

describe("the header of a request", () => {
  it.each<[header: HeadersInit | undefined, prefix: string, fields: Record<string, string>]>([
    [undefined, "", { accept: "application/json" }],
    [{ "X-Zitadel-OrgId": "1" }, "", { accept: "application/json", "x-zitadel-orgid": "1" }],
    [{ Accept: "application/problem+json" }, "", { accept: "application/problem+json" }],
    [
      { mine: "1", "mine-bin": "AQ==" },
      "Grpc-Metadata-",
      { accept: "application/json", "grpc-metadata-mine": "1", "grpc-metadata-mine-bin": "AQ==" },
    ],
    [
      {
        authorization: "a",
        cookie: "c",
        "user-agent": "u",
        "accept-language": "de",
        "if-match": "e",
        "grpc-metadata-x": "x",
        "content-type": "t",
        "x-forwarded-for": "f",
      },
      "Grpc-Metadata-",
      {
        accept: "application/json",
        authorization: "a",
        cookie: "c",
        "user-agent": "u",
        "accept-language": "de",
        "if-match": "e",
        "grpc-metadata-x": "x",
        "content-type": "t",
        "x-forwarded-for": "f",
      },
    ],
  ])("%o with prefix %j", (header, prefix, fields) => {
    expect(requestFields(header, prefix, undefined, undefined)).toEqual(fields);
  });

  it.each([
    [1, "1m"],
    [1500.2, "1501m"],
    [1e9, "1000000S"],
  ])("a deadline of %d ms travels as %s", (timeoutMs, text) => {
    expect(requestFields(undefined, "Grpc-Metadata-", timeoutMs, grpcTimeout)["grpc-timeout"]).toBe(text);
  });

  it("leaves the caller's as it is", () => {
    const header = new Headers({ mine: "1" });
    requestFields(header, "Grpc-Metadata-", 5, undefined);
    expect([...header]).toEqual([["mine", "1"]]);
  });
});
