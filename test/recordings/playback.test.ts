import { toJson } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ManagementService,
  ResendHumanInitializationResponseSchema,
} from "../../gen/zitadel/management_pb.js";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";
import { type ClosableTransport, createTransport } from "../../src/node/index.js";
import { openPlaybackServer, type PlaybackServer } from "./playback-server.js";
import { recordedOutcome } from "./recorded-outcome.js";
import { type Recording, recordings } from "./recording.js";

const WIRES = [
  { protocol: "json", contentType: "application/json", httpVersion: 1 },
  { protocol: "grpc", contentType: "application/grpc", httpVersion: 2 },
  { protocol: "grpc-web", contentType: "application/grpc-web+proto", httpVersion: 1 },
] as const;

/** Answers that no client of ours can get, because it never asks like that. */
const NOT_PLAYED: Readonly<Record<string, string>> = {
  "json head-method": "an answer to HEAD tells the length of a body that it does not have",
};

let server: PlaybackServer;

/** Answers that a client does not read as they were meant; an entry that is not needed fails. */
const NOT_READ: Readonly<Record<string, string>> = {
  "grpc content-type-json": "JSON inside gRPC, which the client did not ask for: it refuses the content type",
};

describe.each(WIRES)("$contentType", ({ protocol, contentType, httpVersion }) => {
  let transport: ClosableTransport;

  beforeAll(async () => {
    server = await openPlaybackServer(httpVersion);
    transport = createTransport({ baseUrl: server.url, contentType });
  });
  afterAll(async () => {
    await transport.close();
    server.close();
  });

  const played = recordings.filter(
    (recording) => recording.protocol === protocol && !(nameOf(recording) in NOT_PLAYED),
  );

  test.each(played)("$name", async (recording) => {
    server.play(recording.response);
    const expected = recordedOutcome(recording);
    const call = createClient(ManagementService, transport).resendHumanInitialization({ userId: "1" });
    switch (expected.is) {
      case "success":
        expect(toJson(ResendHumanInitializationResponseSchema, await call)).toEqual(expected.response);
        break;
      case "error": {
        const { is: _, ...told } = expected;
        const { code, rawMessage: message, details } = await failureOf(call);
        if (nameOf(recording) in NOT_READ) expect({ code, message, details }).not.toEqual(told);
        else expect({ code, message, details }).toEqual(told);
        break;
      }
      case "http":
        expect(await failureOf(call)).toMatchObject(fromHttp(expected.status));
    }
  });
});

/** What a client says to an answer that is not the service's. */
function fromHttp(status: number): object {
  switch (status) {
    case 301:
      return { code: Code.Unknown, rawMessage: expect.stringContaining(`redirects to ${server.url},`) };
    case 400:
      return { code: Code.InvalidArgument, rawMessage: expect.stringContaining("400 Bad Request") };
    case 404:
      return { code: Code.Unimplemented, rawMessage: expect.stringContaining("Not Found") };
    default:
      throw new Error(`nothing is known of HTTP ${status}`);
  }
}

test("every recording is played, or there is a reason", () => {
  const names = recordings.map(nameOf);
  for (const name of Object.keys({ ...NOT_PLAYED, ...NOT_READ })) {
    expect(names.filter((found) => found === name)).toEqual([name]);
  }
  const preflights = recordings.filter(({ protocol }) => protocol === "cors");
  expect(recordings.length - preflights.length).toBe(
    recordings.filter(({ protocol }) => WIRES.some((wire) => wire.protocol === protocol)).length,
  );
});

function nameOf({ protocol, name }: Recording): string {
  return `${protocol} ${name}`;
}

async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectError)) throw new Error(`no ConnectError: ${String(error)}`);
  const details = error.findDetails(ErrorDetailSchema).map(({ id, message }) => ({ id, message }));
  return { code: error.code, rawMessage: error.rawMessage, details };
}
