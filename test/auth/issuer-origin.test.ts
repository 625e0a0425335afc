import { createServer } from "node:https";
import { TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { clientCredentials } from "../../src/auth/client-credentials.js";
import { createResendClient } from "../../src/node/index.js";
import { createCertificate } from "../../src/sandbox/certificate.js";
import { caught } from "./caught.js";
import { hostOf } from "./host.js";
import { listen } from "./listen.js";
import { issuesTokens, sendJson, startTokenEndpoint } from "./token-endpoint.js";

const account = { clientId: "bot", clientSecret: "hunter2" };

const callHeader = {
  cookie: "session=1",
  "x-api-key": "2",
  "x-forwarded-host": "zitadel.example",
  host: "zitadel.example",
  "accept-language": "de",
};

describe("an issuer on another origin than the calls", () => {
  it.each([
    ["another port", "http://127.0.0.1:1"],
    ["another host", "https://zitadel.example"],
    ["calls through a transport that was passed in", undefined],
  ])("gets none of their header fields: %s", async (_, baseUrl) => {
    await using endpoint = await startTokenEndpoint(issuesTokens());
    const credential = clientCredentials(account, { issuer: endpoint.url })(hostOf(baseUrl));
    expect(await credential(new Headers(callHeader))).toBe("token-1");
    const [received] = endpoint.received;
    expect(received?.headers).toMatchObject({ host: new URL(endpoint.url).host, accept: "application/json" });
    for (const name of ["cookie", "x-api-key", "x-forwarded-host"]) {
      expect(received?.headers[name]).toBeUndefined();
    }
    expect(received?.headers["accept-language"]).not.toBe("de");
    // And so one token is good for all of them.
    expect(await credential(new Headers({ "x-forwarded-host": "other.example" }))).toBe("token-1");
  });

  it("gets them where it is the same one, spelled in another way", async () => {
    await using endpoint = await startTokenEndpoint(issuesTokens());
    const auth = clientCredentials(account, { issuer: `${endpoint.url.replace("http:", "HTTP:")}/` });
    await auth(hostOf(endpoint.url))(new Headers(callHeader));
    expect(endpoint.received[0]?.headers).toMatchObject({ cookie: "session=1", "x-api-key": "2" });
  });

  it("has its own name in TLS: serverName is for baseUrl", async () => {
    const names: unknown[] = [];
    const identity = await createCertificate(Date.now());
    const issuer = createServer(identity, ({ socket }, response) => {
      names.push(socket instanceof TLSSocket && socket.servername);
      sendJson(response, 400, { error: "invalid_client" });
    });
    await using server = await listen(issuer);
    const url = `https://${server.host}`;
    const tls = { ca: identity.cert, serverName: "localhost" };
    for (const baseUrl of ["https://zitadel.example", url]) {
      const auth = clientCredentials(account, { issuer: url });
      await using client = createResendClient({ baseUrl, tls, auth });
      const { rawMessage } = await caught(() => client.resendHumanInitialization({ userId: "1" }));
      expect(rawMessage).toMatch(/refused the credential \(invalid_client\)/);
    }
    expect(names).toEqual([false, "localhost"]);
  });
});

describe("a token", () => {
  it.each([
    "host",
    "forwarded",
    "X-Forwarded-Host",
    "x-forwarded-proto",
    "x-original-host",
    "x-zitadel-instance-host",
    "x-zitadel-public-host",
  ])("that was fetched under one %s is not used under another", async (name) => {
    const { tokenFor } = await scriptedIssuer();
    expect(await tokenFor({ [name]: "one.example" })).toBe("token-1");
    expect(await tokenFor({ [name]: "two.example" })).toBe("token-2");
    expect(await tokenFor({})).toBe("token-3");
    expect(await tokenFor({ [name]: "one.example" })).toBe("token-1");
    expect(await tokenFor({ [name]: "two.example" }, "token-2")).toBe("token-4");
    expect(await tokenFor({ [name]: "one.example" })).toBe("token-1");
  });

  it("is shared where other fields differ", async () => {
    const { tokenFor } = await scriptedIssuer();
    for (const traceparent of ["00-1", "00-2"]) {
      expect(await tokenFor({ traceparent, "x-zitadel-orgid": traceparent, cookie: traceparent })).toBe(
        "token-1",
      );
    }
  });

  it("is kept for a thousand hosts at once, and forgotten beyond that", async () => {
    const { tokenFor } = await scriptedIssuer();
    const first = { host: "0.example" };
    for (let n = 0; n < 1000; n++) await tokenFor({ host: `${n}.example` });
    expect(await tokenFor(first)).toBe("token-1");
    expect(await tokenFor({ host: "1000.example" })).toBe("token-1001");
    expect(await tokenFor(first)).toBe("token-1002");
  });

  /** An issuer without a network, which gives `token-1`, `token-2`, … */
  async function scriptedIssuer() {
    let issued = 0;
    const http = async () => ({
      status: 200,
      field: () => null,
      bytes: async () => new TextEncoder().encode(JSON.stringify({ access_token: `token-${++issued}` })),
    });
    const credential = clientCredentials(account)({ ...hostOf("https://zitadel.example"), http });
    return {
      tokenFor: async (header: HeadersInit, refused?: string) => credential(new Headers(header), refused),
    };
  }
});

it("is not taken from a prototype that another script has changed", async () => {
  await using endpoint = await startTokenEndpoint(issuesTokens());
  Reflect.set(Object.prototype, "issuer", "https://evil.example");
  try {
    const credential = clientCredentials(account)(hostOf(endpoint.url));
    expect(await credential(new Headers())).toBe("token-1");
  } finally {
    Reflect.deleteProperty(Object.prototype, "issuer");
  }
});
