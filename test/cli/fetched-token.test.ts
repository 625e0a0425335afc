/** A token that the command line fetched itself is as secret as one that it was given. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { CONTENT_TYPES } from "../../src/options.js";
import { type Answer, type Exchange, textAnswer } from "../../src/sandbox/exchange.js";
import { createOnePortServer } from "../../src/sandbox/server.js";
import { buildCli } from "./built-package.js";
import { runCli } from "./run-cli.js";

let built: ReturnType<typeof buildCli>;
beforeAll(() => {
  built = buildCli();
}, 60_000);
afterAll(() => built?.remove());

// Short and of plain letters: it is known, not guessed.
const TOKEN = "fetched-token";

/** Repeats the credential that came, with and without its scheme. */
const said = ({ header: { authorization = "" } }: Exchange) =>
  `${authorization} or ${authorization.replace("Bearer ", "")}`;

const REPEATS: Readonly<Record<string, (exchange: Exchange) => Answer>> = {
  "a page": (exchange) => textAnswer(502, "text/plain", said(exchange)),
  JSON: (exchange) =>
    textAnswer(500, "application/json", JSON.stringify({ code: 13, message: said(exchange) })),
  "a gRPC status": (exchange) =>
    textAnswer(200, String(exchange.header["content-type"]), "", {
      "grpc-status": "13",
      "grpc-message": encodeURIComponent(said(exchange)),
    }),
};

const cases = CONTENT_TYPES.flatMap((wire) =>
  Object.entries(REPEATS).map(([how, repeat]) => [wire, how, repeat] as const),
);

it.each(cases)("over %s, in %s", async (wire, _, repeat) => {
  const server = createOnePortServer((exchange) => {
    if (exchange.target !== "/oauth/v2/token") return repeat(exchange);
    const token = { access_token: TOKEN, token_type: "Bearer", expires_in: 100 };
    return textAnswer(200, "application/json", JSON.stringify(token));
  }, undefined);
  const { port } = await server.listen(0, "127.0.0.1");
  const args = ["send", "1", "--url", `http://127.0.0.1:${port}`, "--content-type", wire, "--retry", "off"];
  const env = { ZITADEL_CLIENT_ID: "me", ZITADEL_CLIENT_SECRET: "secret-of-the-client" };
  const { code, stdout, stderr } = await runCli(built.bin, args, { env });
  await server.close();
  expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
  expect(stderr).toMatch(/^Maybe sent: .*\n {2}.*\n$/);
  expect(stderr).not.toMatch(/fetched-token|secret-of/);
});
