/** What a real server was seen to answer, beyond the recordings. */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { askRouter, REST, RPC } from "./ask-router.js";

const NOT_FOUND = "User could not be found (COMMAND-2M9df)";

describe("JSON bodies", () => {
  test.each([
    ["", NOT_FOUND],
    ["  ", NOT_FOUND],
    ["{}", NOT_FOUND],
    ["{} x", NOT_FOUND],
    ['{"email":null,"userId":null}', NOT_FOUND],
    ['{"x":{"y":[1,2,{"z":3}]}}', NOT_FOUND],
    ["{", "unexpected EOF"],
    ['{"email":"a', "unexpected EOF"],
    ["{email:1}", "invalid character 'e' looking for beginning of"],
    ['{"email":"a",}', "invalid character '}' looking for beginning of"],
    ['{"email" 1}', "invalid character '1'"],
    ['{"x": tru}', "invalid character '}'"],
    ['"a"', 'proto:\u00a0syntax error (line 1:1): unexpected token "a"'],
    ["5", "proto:\u00a0syntax error (line 1:1): unexpected token 5"],
    ['{"email":true}', "proto:\u00a0(line 1:10): invalid value for string field email: true"],
    ['{"email":{"a":1}}', "proto:\u00a0(line 1:10): invalid value for string field email: {"],
    ['{"email":[1]}', "proto:\u00a0(line 1:10): invalid value for string field email: ["],
    ['{\n  "x": 1,\n  "email": 5}', "proto:\u00a0(line 3:12): invalid value for string field email: 5"],
    ['{"userId":5}', "proto:\u00a0(line 1:11): invalid value for string field userId: 5"],
    ['{"user_id":5}', "proto:\u00a0(line 1:12): invalid value for string field userId: 5"],
  ])("%j", async (body, message) => {
    const { text } = await askRouter({ body: Buffer.from(body) });
    expect(JSON.parse(text).message).toContain(message);
  });
});

describe("messages", () => {
  const big = Buffer.alloc(4 * 1024 * 1024 + 1);
  const frame = (flags: number, message: Buffer) => {
    const head = Buffer.from([flags, 0, 0, 0, 0]);
    head.writeUInt32BE(message.length, 1);
    return Buffer.concat([head, message]);
  };
  const user = Buffer.from([10, 1, 0x31]);

  test.each([
    ["plain", frame(0, user), undefined, NOT_FOUND],
    ["plain, though packing was announced", frame(0, user), "gzip", NOT_FOUND],
    ["packed", frame(1, gzipSync(user)), "gzip", NOT_FOUND],
    ["nothing", Buffer.alloc(0), undefined, "EOF"],
    ["half a head", Buffer.from([0, 0]), undefined, "EOF"],
    ["half a message", frame(0, user).subarray(0, 6), undefined, "unexpected EOF"],
    ["too large", frame(0, big), undefined, "grpc: received message larger than max (4194305 vs. 4194304)"],
    [
      "too large once unpacked",
      frame(1, gzipSync(big)),
      "gzip",
      "grpc: received message after decompression larger than max 4194304",
    ],
    [
      "not packed",
      frame(1, user),
      "gzip",
      "grpc: failed to decompress the received message: gzip: invalid header",
    ],
    [
      "packed unannounced",
      frame(1, user),
      undefined,
      "grpc: compressed flag set with identity or empty encoding",
    ],
    [
      "packed, announced as plain",
      frame(1, user),
      "identity",
      "grpc: compressed flag set with identity or empty encoding",
    ],
    ["with an unknown flag", frame(2, user), undefined, "grpc: received unexpected payload format 2"],
    [
      "announced in an unknown packing",
      frame(0, user),
      "br",
      'grpc: Decompressor is not installed for grpc-encoding "br"',
    ],
  ])("%s", async (_, body, encoding, message) => {
    const header = { "content-type": "application/grpc", ...(encoding && { "grpc-encoding": encoding }) };
    const { trailer } = await askRouter({ target: RPC, httpVersion: 2, header, body });
    expect(trailer?.["grpc-message"]).toBe(message);
  });
});

describe("deadlines", () => {
  test.each([
    ["", 404],
    ["1H", 404],
    ["2m", 404],
    ["1m", 504],
    ["1000u", 504],
    ["1n", 504],
    ["0S", 404],
    ["S", 400],
    ["1x", 400],
  ])("over REST %j, after one millisecond: %i", async (timeout, status) => {
    expect(await askRouter({ header: { "grpc-timeout": timeout } })).toMatchObject({ status });
  });

  test.each([
    ["0S", { trailer: { "grpc-status": "4" } }],
    ["1n", { trailer: { "grpc-status": "4" } }],
    ["10S", { trailer: { "grpc-status": "5" } }],
    ["abc", { status: 400, text: expect.stringContaining("malformed grpc-timeout") }],
  ])("over gRPC %j", async (timeout, expected) => {
    const header = { "content-type": "application/grpc", "grpc-timeout": timeout };
    const body = Buffer.from([0, 0, 0, 0, 3, 10, 1, 0x31]);
    expect(await askRouter({ target: RPC, httpVersion: 2, header, body })).toMatchObject(expected);
  });
});

describe("languages", () => {
  test.each([
    ["de", true],
    ["DE", true],
    ["de-CH, en;q=0.5", true],
    ["de;q=0.1,en;q=0.9", false],
    ["en;q=0.1,de;q=0.9", true],
    ["en,de", false],
    ["xx,de", false],
    ["!!", false],
    ["", false],
  ])("%j: German is %j", async (language, isGerman) => {
    const { text } = await askRouter({ header: { "accept-language": language } });
    expect(text.includes("Benutzer konnte nicht gefunden werden")).toBe(isGerman);
  });
});

describe("preflights", () => {
  const ask = async (target: string, method: string, headers: string, origin = "https://a.test") => {
    const { header } = await askRouter({
      method: "OPTIONS",
      target,
      header: {
        ...(origin && { origin }),
        "access-control-request-method": method,
        "access-control-request-headers": headers,
      },
    });
    return header["access-control-allow-origin"] === "https://a.test";
  };

  test.each([
    [REST, "POST", "authorization,content-type", true],
    [REST, "POST", "authorization, content-type", true],
    [REST, "POST", "", true],
    [REST, "DELETE", "authorization", true],
    [REST, "TRACE", "authorization", false],
    [REST, "POST", "Authorization,Content-Type", false],
    [REST, "POST", "content-type,authorization", false],
    [REST, "POST", "accept,accept-language,x-user-agent", true],
    [REST, "POST", "x-zitadel-orgid", true],
    [REST, "POST", "grpc-timeout", true],
    [REST, "POST", "x-requested-with", true],
    [REST, "POST", "connect-protocol-version,connect-timeout-ms", true],
    [REST, "POST", "traceparent", false],
    [REST, "POST", "x-request-id", false],
    [REST, "POST", "cache-control", false],
    [RPC, "POST", "authorization,content-type", true],
    [RPC, "POST", "authorization,x-grpc-web", true],
    [RPC, "GET", "x-grpc-web", true],
    [RPC, "PUT", "authorization,x-grpc-web", false],
    [RPC, "POST", "grpc-timeout,x-grpc-web", false],
    [RPC, "POST", "x-grpc-web,x-requested-with", false],
  ])("%s %s %j: %j", async (target, method, headers, allowed) => {
    expect(await ask(target, method, headers)).toBe(allowed);
  });

  test("without an origin nothing is allowed", async () => {
    expect(await ask(REST, "POST", "authorization", "")).toBe(false);
  });
});
