import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { importKey, signAssertion } from "../../src/auth/assertion.js";
import { toPkcs8 } from "../../src/auth/service-account-key.js";
import { account, pkcs1, pkcs8 } from "./service-account.js";

describe("toPkcs8", () => {
  // Lengths that differ in how they are written.
  it.each([512, 1024, 2048])("wraps a key of %i bits as other software does", (modulusLength) => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength });
    const der = new Uint8Array(privateKey.export({ type: "pkcs8", format: "der" }));
    expect(toPkcs8(pkcs1(privateKey))).toEqual(der);
    expect(toPkcs8(pkcs8(pkcs1(privateKey)))).toEqual(der);
  });

  it("takes line breaks of any kind, and none", () => {
    const pem = account.key.key ?? "";
    const lines = pem.trim().split("\n");
    const oneLine = [lines[0], lines.slice(1, -1).join(""), lines.at(-1)].join("\n");
    expect(toPkcs8(lines.join("\r\n"))).toEqual(toPkcs8(pem));
    expect(toPkcs8(oneLine)).toEqual(toPkcs8(pem));
  });

  it.each([
    ["nothing", ""],
    ["no PEM", "MIIEogIBAAKCAQEA"],
    ["a public key", account.publicKey.export({ type: "spki", format: "pem" }).toString()],
    ["an encrypted key", encrypted()],
    ["line breaks written as \\n", (account.key.key ?? "").replaceAll("\n", "\\n")],
    ["broken base64", "-----BEGIN PRIVATE KEY-----\nab=c\n-----END PRIVATE KEY-----"],
  ])("does not take %s", (_, pem) => {
    expect(toPkcs8(pem)).toBeUndefined();
  });

  function encrypted() {
    const key = createPrivateKey(account.key.key ?? "");
    return key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "p" }).toString();
  }
});

describe("signAssertion", () => {
  it("says what ZITADEL asks for, and nothing else", async () => {
    const key = await importKey(toPkcs8(account.key.key ?? "") ?? new Uint8Array());
    const claims = {
      userId: "user",
      keyId: "key",
      issuer: "https://zitadel.example",
      issuedAtMs: 1_700_000_000_999,
      expiresAtMs: 1_700_000_300_999,
    };
    const assertion = await signAssertion(key, claims);
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: "RS256", kid: "key" });
    const { payload } = await jwtVerify(assertion, account.publicKey, {
      currentDate: new Date(1_700_000_000_000),
    });
    expect(payload).toEqual({
      iss: "user",
      sub: "user",
      aud: "https://zitadel.example",
      iat: 1_700_000_000,
      exp: 1_700_000_300,
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    expect(decodeJwt(await signAssertion(key, claims)).jti).not.toBe(payload.jti);
  });

  it("keeps the key where it cannot be read out", async () => {
    const key = await importKey(toPkcs8(account.key.key ?? "") ?? new Uint8Array());
    await expect(crypto.subtle.exportKey("pkcs8", key)).rejects.toThrow();
  });
});
