/** What a peer says is never printed as it came: not over the terminal, not its secrets, not all of it. */

import { createServer as createHttp2 } from "node:http2";
import type { Server } from "node:net";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ResendHumanInitializationResponseSchema } from "../../gen/zitadel/management_pb.js";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";
import { CONTENT_TYPES, type ContentType } from "../../src/options.js";
import { grpcMessage } from "../peers/h2-frames.js";
import { buildCli } from "./built-package.js";
import { answeringHttp1, listen } from "./foreign-servers.js";
import { runCli } from "./run-cli.js";

let built: ReturnType<typeof buildCli>;
const servers: Server[] = [];
beforeAll(() => {
  built = buildCli();
}, 60_000);
afterAll(() => {
  built?.remove();
  for (const server of servers) server.close();
});

const [GRPC, , REST] = CONTENT_TYPES;
const TOKEN = "a-secret-token-of-mine";

/** Sequences of a terminal, lines, C1, bidi, zero width, secrets, an address, and much of it. */
const HOSTILE = [
  "\u001b[2J\u001b]0;owned\u0007\u009b31m\u009d0;owned\u009c\u0085",
  "\rNot sent: nothing\n\u2028\u2029",
  "\u202e\u2066\u200f\u061c\u200b\ufeff\u00ad",
  `${TOKEN} ada.lovelace@example.test`,
  "eyJhbGciOi.eyJzdWIi.c2ln kV9xQm4zT2xhZGVsUGVyc29uYWxBY2Nlc3NUb2tlbjEyMzQ1Ng",
  "x ".repeat(5_000),
].join("");

async function print(contentType: ContentType, server: Server, json: boolean) {
  servers.push(server);
  const args = ["send", "1", "--content-type", contentType, "--url", await listen(server), "--retry", "off"];
  const env = { ZITADEL_TOKEN: TOKEN };
  const { code, stdout, stderr } = await runCli(built.bin, json ? [...args, "--json"] : args, { env });
  const printed = stdout + stderr;
  expect(printed.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(printed.split("\n").length).toBe(json ? 2 : 3);
  expect(printed).not.toMatch(/a-secret|of-mine|lovelace|eyJ|kV9x/);
  expect(printed.length).toBeLessThan(4_000);
  if (json) JSON.parse(stdout);
  return { code, printed };
}

/** A gRPC server that gives this answer to all calls. */
function grpcServer(message: Uint8Array | undefined, error: ConnectError | undefined): Server {
  return createHttp2().on("stream", (stream) => {
    const trailer = new Headers();
    setTrailerStatus(trailer, error);
    stream.on("error", () => {}).on("wantTrailers", () => stream.sendTrailers(Object.fromEntries(trailer)));
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.end(message && grpcMessage(message));
  });
}

const json = (status: number, body: object) =>
  answeringHttp1(status, "application/json", JSON.stringify(body));

const answer = (init: MessageInitShape<typeof ResendHumanInitializationResponseSchema>) =>
  toBinary(ResendHumanInitializationResponseSchema, create(ResendHumanInitializationResponseSchema, init));

const detail = (id: string, message: string) => ({ desc: ErrorDetailSchema, value: { id, message } });
const SHORT = HOSTILE.slice(0, 300);

describe.each([[false], [true]])("--json: %j", (asJson) => {
  it.each<[string, ContentType, () => Server, number]>([
    [
      "a REST refusal",
      REST,
      () =>
        json(400, {
          code: 9,
          message: HOSTILE,
          details: [{ "@type": "x/zitadel.v1.ErrorDetail", id: SHORT, message: HOSTILE }],
        }),
      1,
    ],
    ["a page", REST, () => answeringHttp1(502, "text/html", HOSTILE), 5],
    ["another server's JSON", REST, () => json(500, { error: HOSTILE }), 5],
    [
      "a gRPC refusal",
      GRPC,
      () =>
        grpcServer(
          undefined,
          new ConnectError(SHORT, Code.FailedPrecondition, undefined, [detail(SHORT, SHORT)]),
        ),
      1,
    ],
    [
      "an accepted call, REST",
      REST,
      () => json(200, { details: { sequence: "3", resourceOwner: HOSTILE } }),
      0,
    ],
    [
      "an accepted call, gRPC",
      GRPC,
      () => grpcServer(answer({ details: { sequence: 3n, resourceOwner: HOSTILE } }), undefined),
      0,
    ],
    [
      "an accepted call at a time that JSON has no form for",
      GRPC,
      () => grpcServer(answer({ details: { sequence: 3n, changeDate: { seconds: 10n ** 15n } } }), undefined),
      0,
    ],
  ])("%s", async (_, contentType, server, exitCode) => {
    const { code, printed } = await print(contentType, server(), asJson);
    expect(code, printed).toBe(exitCode);
  });

  it("a server that says CANCELLED has not been interrupted", async () => {
    const { code, printed } = await print(REST, json(499, { code: 1, message: "context canceled" }), asJson);
    expect(code).toBe(5);
    expect(printed).toContain("canceled");
  });
});
