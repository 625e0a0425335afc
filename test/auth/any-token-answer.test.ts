import { ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readTokenAnswer } from "../../src/auth/token-answer.js";
import { explainError } from "../../src/errors/explain.js";

const context = {
  issuer: "https://zitadel.example",
  grant: { secrets: ["the-secret"], advice: "check the secret" },
  nowMs: 0,
};

const optional = (text: fc.Arbitrary<string>) => fc.option(text, { nil: undefined });

/** Any text, any JSON, or an answer whose fields may hold anything. */
const body = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .record(
      {
        access_token: fc.oneof(fc.stringMatching(/^[\w.~+/-]{1,40}=*$/), fc.jsonValue()),
        token_type: fc.oneof(fc.constantFrom("Bearer", "bearer"), fc.jsonValue()),
        expires_in: fc.oneof(fc.double(), fc.jsonValue()),
        error: fc.jsonValue(),
        error_description: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((fields) => JSON.stringify(fields)),
);

const answers = fc.record({
  status: fc.oneof(fc.constant(200), fc.integer({ min: 0, max: 599 })),
  text: body,
  contentType: optional(fc.string()),
  location: optional(fc.oneof(fc.string(), fc.webUrl())),
  date: optional(fc.oneof(fc.string(), fc.date({ noInvalidDate: true }).map(String))),
  retryAfter: optional(fc.stringMatching(/^[ -~]*$/)),
});

test("whatever a token endpoint answers: a token that a header can carry, or a ConnectError", () => {
  let tokens = 0;
  fc.assert(
    fc.property(answers, (answer) => {
      try {
        const { token, lifetimeMs } = readTokenAnswer(answer, context);
        expect(new Headers({ authorization: `Bearer ${token}` }).get("authorization")).toBe(
          `Bearer ${token}`,
        );
        expect(lifetimeMs).toBeGreaterThanOrEqual(0);
        tokens += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(ConnectError);
        expect(explainError(error).delivery).toBe("not_sent");
      }
    }),
    { numRuns: 1000 },
  );
  expect(tokens).toBeGreaterThan(0);
});
