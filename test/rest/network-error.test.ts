import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import { networkError } from "../../src/http/network-error.js";

const coded = (code: string, message = `${code} happened`, name = "Error") =>
  Object.assign(new Error(message), { code, name });
const fetchFailed = (cause: unknown) => new TypeError("fetch failed", { cause });
const URL = "https://my-zitadel.test:8443/management/v1/users/secret-id";

const NONE = "no connection to my-zitadel.test:8443: check baseUrl, DNS, and that the server runs";
const BROKE = "the connection to my-zitadel.test:8443 broke before the answer was complete";
const FOREIGN = "my-zitadel.test:8443 did not answer in valid HTTP/1.1";
const CERTIFICATE = "my-zitadel.test:8443 has a certificate that is not trusted";
const PAGE = "my-zitadel.test:8443 did not answer this page";

describe("what a runtime throws", () => {
  it.each<[name: string, error: unknown, code: Code, text: string, delivery: string]>([
    ["refused", coded("ECONNREFUSED"), Code.Unavailable, NONE, "not_sent"],
    ["refused, under fetch", fetchFailed(coded("ECONNREFUSED")), Code.Unavailable, NONE, "not_sent"],
    [
      "refused at each address",
      new AggregateError([coded("ECONNREFUSED"), coded("ECONNREFUSED")], ""),
      Code.Unavailable,
      NONE,
      "not_sent",
    ],
    ["no such host", fetchFailed(coded("ENOTFOUND")), Code.Unavailable, NONE, "not_sent"],
    ["no DNS", coded("EAI_AGAIN"), Code.Unavailable, NONE, "not_sent"],
    ["connect timeout", coded("UND_ERR_CONNECT_TIMEOUT"), Code.Unavailable, NONE, "not_sent"],
    [
      "self-signed",
      fetchFailed(coded("DEPTH_ZERO_SELF_SIGNED_CERT")),
      Code.Unavailable,
      CERTIFICATE,
      "not_sent",
    ],
    ["another name", coded("ERR_TLS_CERT_ALTNAME_INVALID"), Code.Unavailable, CERTIFICATE, "not_sent"],
    ["reset", coded("ECONNRESET"), Code.Unavailable, BROKE, "maybe_sent"],
    [
      "closed",
      fetchFailed(coded("UND_ERR_SOCKET", "other side closed")),
      Code.Unavailable,
      BROKE,
      "maybe_sent",
    ],
    ["no HTTP", coded("HPE_INVALID_CONSTANT"), Code.Internal, FOREIGN, "maybe_sent"],
    [
      "bytes in a header",
      Object.assign(new Error("x"), { name: "HTTPParserError" }),
      Code.Internal,
      FOREIGN,
      "maybe_sent",
    ],
    [
      "bytes in a header, under fetch",
      fetchFailed(Object.assign(new Error("x"), { name: "HTTPParserError" })),
      Code.Internal,
      FOREIGN,
      "maybe_sent",
    ],
    ["Chromium", new TypeError("Failed to fetch"), Code.Unavailable, PAGE, "maybe_sent"],
    [
      "Firefox",
      new TypeError("NetworkError when attempting to fetch resource."),
      Code.Unavailable,
      PAGE,
      "maybe_sent",
    ],
    ["Safari", new TypeError("Load failed"), Code.Unavailable, PAGE, "maybe_sent"],
    [
      "anything else",
      new Error("odd"),
      Code.Unknown,
      "the request to my-zitadel.test:8443 failed",
      "maybe_sent",
    ],
    ["no error at all", "odd", Code.Unknown, "the request to my-zitadel.test:8443 failed", "maybe_sent"],
  ])("%s", (_, error, code, text, delivery) => {
    const failure = networkError(error, URL);
    expect(failure.code).toBe(code);
    expect(failure.rawMessage).toContain(text);
    expect(failure.rawMessage).not.toContain("secret-id");
    expect(failure.cause).toBe(error);
    expect(explainError(failure).delivery).toBe(delivery);
  });

  it("ends with the words of the cause at the bottom", () => {
    expect(networkError(fetchFailed(coded("X", "deep down")), URL).rawMessage).toMatch(/\(deep down\)$/);
    expect(networkError(new Error(""), URL).rawMessage).toMatch(/\(no reason given\)$/);
  });

  it("tells a page's author which headers to expose", () => {
    const { hint } = explainError(networkError(new TypeError("Failed to fetch"), URL));
    expect(hint).toMatch(/CORS.*grpc-status, grpc-message and grpc-status-details-bin/);
  });

  it("leaves a ConnectError as it is", () => {
    const error = new ConnectError("mine", Code.Aborted);
    expect(networkError(error, URL)).toBe(error);
  });
});
