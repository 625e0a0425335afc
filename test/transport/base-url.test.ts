import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import { parseBaseUrl } from "../../src/http/base-url.js";
import { CONTENT_TYPES, createResendClient, personalAccessToken } from "../../src/node/index.js";
import { createSandbox } from "../../src/sandbox/index.js";

const auth = personalAccessToken("token");

/** The message of the refusal; empty where there is none. */
function refusalOf(baseUrl: unknown): string {
  try {
    parseBaseUrl(baseUrl);
    return "";
  } catch (error) {
    expect(explainError(error)).toMatchObject({ reason: "invalid_request", delivery: "not_sent" });
    return String(error);
  }
}

describe("parseBaseUrl", () => {
  it.each([
    ["https://zitadel.example", "https://zitadel.example/"],
    ["https://zitadel.example/?", "https://zitadel.example/"],
    ["https://zitadel.example?", "https://zitadel.example/"],
    ["https://zitadel.example/#", "https://zitadel.example/"],
    ["https://zitadel.example/?#", "https://zitadel.example/"],
    ["https://zitadel.example/base/?", "https://zitadel.example/base"],
    ["https://zitadel.example/base///#", "https://zitadel.example/base"],
    ["https://@zitadel.example", "https://zitadel.example/"],
    ["https://:@zitadel.example:443", "https://zitadel.example/"],
    ["https://zitadel.example:8443", "https://zitadel.example:8443/"],
    [" https://zitadel.example\n", "https://zitadel.example/"],
    ["HTTPS:\\\\ZITADEL.example\\base\\", "https://zitadel.example/base"],
    ["https://zitadel.example/a/../b/./%2e%2e/c", "https://zitadel.example/c"],
    ["https://zitadel.example/a;b=c/%3f%23", "https://zitadel.example/a;b=c/%3f%23"],
    ["https://bücher.example", "https://xn--bcher-kva.example/"],
    ["http://[::1]:8080", "http://[::1]:8080/"],
  ])("%s", (given, href) => {
    expect(parseBaseUrl(given).href).toBe(href);
  });

  it.each([
    [undefined, /baseUrl is missing/],
    ["", /baseUrl is missing/],
    [new URL("https://zitadel.example"), /baseUrl is missing/],
    ["zitadel.example", /baseUrl is not a URL/],
    ["https://", /baseUrl is not a URL/],
    ["https://a b", /baseUrl is not a URL/],
    ["https://zitadel.example:99999", /baseUrl is not a URL/],
    ["localhost:8080", /baseUrl is no https:\/\/ URL/],
    ["ftp://zitadel.example", /baseUrl is no https:\/\/ URL/],
    ["https://me@zitadel.example", /holds credentials/],
    ["https://:secret@zitadel.example", /holds credentials/],
    ["https://zitadel.example?a", /holds credentials, a query or a fragment/],
    ["https://zitadel.example/#a", /holds credentials, a query or a fragment/],
  ])("refuses %s", (given, message) => {
    expect(refusalOf(given)).toMatch(message);
  });

  it("quotes nothing of what is refused, which may be a token", () => {
    const secret = fc.stringMatching(/^[\w.:/?#@+=-]{12,60}$/);
    fc.assert(
      fc.property(secret, fc.constantFrom("", "https://", "https://a/?", "https://a@"), (text, before) => {
        const message = refusalOf(before + text);
        for (let at = 0; at + 8 <= text.length; at++) expect(message).not.toContain(text.slice(at, at + 8));
      }),
    );
  });
});

describe.each(CONTENT_TYPES)("over %s", (contentType) => {
  it.each(["/?", "/#", "?#", "/", ""])("a baseUrl that ends in %j reaches the server", async (end) => {
    await using sandbox = await createSandbox();
    await using client = createResendClient({
      baseUrl: sandbox.url + end,
      contentType,
      auth: personalAccessToken(sandbox.tokens.valid),
    });
    await client.resendHumanInitialization({ userId: sandbox.users.initial.id });
    expect(sandbox.mailbox).toHaveLength(1);
  });

  it("one that is none is refused when the client is made", () => {
    expect(() => createResendClient({ baseUrl: "zitadel.example", contentType, auth })).toThrow(/not a URL/);
  });
});
