import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { explainError } from "../../src/errors/explain.js";
import { clientCredentials, createResendClient, personalAccessToken } from "../../src/node/index.js";
import { createCertificate } from "../../src/sandbox/certificate.js";
import { caught } from "./caught.js";
import { listen } from "./listen.js";

const identity = createCertificate(Date.now());

/** The servers that a client may find in place of ZITADEL. */
const peers = {
  plain: async () => createHttpServer((_, response) => response.end()),
  secure: async () => createHttpsServer(await identity),
  ssh: async () => createServer((socket) => socket.on("error", () => {}).end("SSH-2.0-OpenSSH\r\n")),
  silent: async () => createServer((socket) => socket.on("error", () => {})),
};

/** What one call fails with, over REST, the wire that a request for a token has most in common with. */
async function failureOf(baseUrl: string, auth: typeof token, fetch?: typeof globalThis.fetch) {
  const options = { baseUrl, auth, contentType: "application/json", retry: false } as const;
  await using client = createResendClient({ ...options, ...(fetch && { fetch }) });
  const error = await caught(() => client.resendHumanInitialization({ userId: "1" }));
  // OpenSSL begins with the number of a thread.
  return { said: error.rawMessage.replace(/[\dA-F]{12,}/g, ""), cause: error.cause, ...explainError(error) };
}

const token = personalAccessToken("token");
const fetched = clientCredentials({ clientId: "the-client", clientSecret: "the-secret" });

const notFound = async () => {
  const cause = Object.assign(new Error("getaddrinfo ENOTFOUND zitadel.example"), { code: "ENOTFOUND" });
  throw new TypeError("fetch failed", { cause });
};

describe("a token that cannot be fetched is explained as a call that cannot be made", () => {
  it.each([
    ["https:// where http:// is spoken", "https", "plain", "not_supported", false],
    ["http:// where TLS is spoken", "http", "secure", "unreachable", true],
    ["an authority that is not trusted", "https", "secure", "unreachable", false],
    ["a server of another kind", "http", "ssh", "not_supported", false],
    ["nobody listens", "http", undefined, "unreachable", true],
  ] as const)("%s", async (_, scheme, peer, reason, retryable) => {
    await using server = await listen(await peers[peer ?? "silent"]());
    if (peer === undefined) await server[Symbol.asyncDispose]();
    const baseUrl = `${scheme}://${server.host}`;
    for (const fetch of [undefined, globalThis.fetch]) {
      const ofCall = await failureOf(baseUrl, token, fetch);
      const ofToken = await failureOf(baseUrl, fetched, fetch);
      expect(ofToken).toMatchObject({ reason, retryable, delivery: "not_sent", code: ofCall.code });
      expect(ofToken.reason).toBe(ofCall.reason);
      expect(ofToken.said).toBe(`no token: ${ofCall.said}`);
      expect(ofToken.cause).toBeInstanceOf(Error);
      expect(ofCall.hint).toContain(ofToken.hint);
    }
  });

  it("https:// where http:// is spoken, in words that help, on Node's own connections", async () => {
    await using server = await listen(await peers.plain());
    for (const auth of [token, fetched]) {
      const { said, delivery } = await failureOf(`https://${server.host}`, auth);
      expect(said).toMatch(/the server does not speak TLS: check baseUrl, which may have to begin with http/);
      expect(delivery).toBe("not_sent");
    }
  });

  it("a host that does not exist", async () => {
    const { said, reason, retryable } = await failureOf("https://zitadel.example", fetched, notFound);
    expect(said).toMatch(/^no token: no connection to zitadel.example: check baseUrl, DNS, .* ENOTFOUND/);
    expect({ reason, retryable }).toEqual({ reason: "unreachable", retryable: true });
  });

  it("a page that CORS keeps from it", async () => {
    const { said, hint } = await failureOf("https://zitadel.example", fetched, async () => {
      throw new TypeError("Failed to fetch");
    });
    expect(said).toMatch(/^no token: zitadel.example did not answer this page: .* CORS/);
    expect(hint).toMatch(/CORS/);
  });

  it("a client that is closed meanwhile: the call was not sent", async () => {
    const peer = await peers.silent();
    await using server = await listen(peer);
    const client = createResendClient({ baseUrl: `http://${server.host}`, auth: fetched, retry: false });
    const call = caught(() => client.resendHumanInitialization({ userId: "1" }));
    await once(peer, "connection");
    await client.close({ graceMs: 0 });
    expect(explainError(await call)).toMatchObject({ reason: "canceled", delivery: "not_sent" });
  });
});
