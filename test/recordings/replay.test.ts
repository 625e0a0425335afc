import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { castOf } from "./cast.js";
import { differences } from "./differences.js";
import { meaningOf } from "./meaning.js";
import { bodyOf, type Recording, recordings } from "./recording.js";
import { replay, type WireAnswer } from "./replay.js";

let sandbox: Sandbox;
let recast: (text: string) => string;

beforeAll(async () => {
  sandbox = await createSandbox();
  recast = castOf(sandbox);
});
afterAll(() => sandbox.close());

/** gRPC needs HTTP/2; what was recorded over HTTP/1.1 must come out the same over both. */
const PROTOCOLS = { 1: ["json", "grpc-web", "cors"], 2: ["json", "grpc", "grpc-web", "cors"] } as const;

describe.each([1, 2] as const)("over HTTP/%i", (httpVersion) => {
  const played = recordings.filter(({ protocol }) =>
    PROTOCOLS[httpVersion].some((known) => known === protocol),
  );
  test.each(played)("$protocol $name", async (recording) => {
    const answer = meaningOf(await replay(recording, recast, sandbox.url, httpVersion));
    const recorded = meaningOf(recordedAnswer(recording));
    const difference = differences.find(
      ({ protocol, name, httpVersions }) =>
        protocol === recording.protocol && name === recording.name && httpVersions.includes(httpVersion),
    );
    if (difference === undefined) expect(answer).toEqual(recorded);
    else expect(answer, `not needed any more: ${difference.reason}`).not.toEqual(recorded);
  });
});

test("every difference is about a recording", () => {
  for (const { protocol, name } of differences) {
    expect(recordings.filter((found) => found.protocol === protocol && found.name === name)).toHaveLength(1);
  }
});

function recordedAnswer({ response }: Recording): WireAnswer {
  return {
    status: response.status,
    headers: response.headers,
    trailers: response.trailers ?? [],
    body: Buffer.from(recast(bodyOf(response).toString("latin1")), "latin1"),
  };
}
