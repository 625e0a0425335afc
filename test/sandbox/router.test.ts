import fc from "fast-check";
import { expect, test } from "vitest";
import type { Exchange } from "../../src/sandbox/exchange.js";
import { route } from "../../src/sandbox/router.js";
import { instance, REST, RPC, token } from "./ask-router.js";

const exchanges: fc.Arbitrary<Exchange> = fc.record({
  method: fc.constantFrom("POST", "POST", "POST", "GET", "OPTIONS", "HEAD"),
  target: fc.oneof(
    fc.constantFrom(RPC, REST, "/mailbox", "/oauth/v2/token"),
    fc.webPath().map((path) => path || "/"),
    fc.string().map((text) => `/${text}`),
    fc
      .string({ unit: "grapheme" })
      .map((id) => `/management/v1/users/${encodeURIComponent(id)}/_resend_initialization`),
  ),
  httpVersion: fc.constantFrom(1, 2),
  host: fc.constant("localhost"),
  header: fc.record(
    {
      authorization: fc.oneof(fc.constant(`Bearer ${token}`), fc.string()),
      "content-type": fc.oneof(
        fc.constantFrom("application/grpc", "application/grpc-web+proto", "application/grpc-web-text"),
        fc.constantFrom("application/json", "application/x-www-form-urlencoded"),
        fc.string(),
      ),
      "grpc-timeout": fc.oneof(fc.constantFrom("1n", "10S"), fc.string()),
      "grpc-encoding": fc.constantFrom("gzip", "br", "identity"),
      "accept-language": fc.oneof(fc.constantFrom("de", "en;q=0.1,de;q=0.5"), fc.string()),
      "access-control-request-method": fc.string(),
      "access-control-request-headers": fc.string(),
      origin: fc.string(),
    },
    { requiredKeys: [] },
  ),
  body: fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.string().map((text) => Buffer.from(JSON.stringify({ email: text }).slice(0, 12))),
    fc.constantFrom('{"email":"\\ud800"}', '{"userId":"\\udfff","email":1}').map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from([0, 0, 0, 0, bytes.length, ...bytes])),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from([1, 0, 0, 0, bytes.length, ...bytes])),
  ),
  bodyBytes: fc.constant(0),
  ageMs: fc.constant(() => 1),
});

test("every request gets an answer that HTTP can carry", async () => {
  await fc.assert(
    fc.asyncProperty(exchanges, async (exchange) => {
      const { status, header, trailer = {} } = await route(instance, exchange);
      expect(status).toBeGreaterThanOrEqual(200);
      for (const value of [...Object.values(header), ...Object.values(trailer)].flat()) {
        expect(String(value)).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
      }
    }),
    { numRuns: 1000 },
  );
});
