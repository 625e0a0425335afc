import { createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { describe, expect, test } from "vitest";
import { ManagementService } from "../../gen/zitadel/management_pb.js";
import { explainError } from "../../src/errors/explain.js";
import { createTransport } from "../../src/node/index.js";
import type { PeerAnswer, PeerWire } from "../peers/answers.js";
import { answering, startPeer } from "../peers/awkward-peer.js";
import { bodyOf, type HeaderPairs, type Recording, recordings } from "../recordings/recording.js";

type Protocol = Exclude<Recording["protocol"], "cors">;

/** What each recorded refusal means: by name where it means the same on every protocol. */
const EXPECTED = {
  "already_initialized, not_sent": [
    "already-initialised",
    "already-initialised-german",
    "deactivated-user",
    "locked-user",
    "timeout-10S",
    "request-id-echo",
    "unknown-field",
    "body-user-id-conflict",
    "content-type-text",
    "content-type-none",
    "accept-xml",
    "gzip-request",
    "content-type-proto",
    "unknown-field-in-message",
    "two-messages",
    "grpc-web-text",
    "content-type-bare",
  ],
  "user_not_found, not_sent": [
    "success-other-org-without-header",
    "wrong-org-header",
    "unknown-user",
    "removed-user",
    "machine-user",
    "id-200-chars",
    "id-with-space",
    "id-with-percent",
    "id-with-colon",
    "id-with-plus",
    "id-with-question-mark",
    "grpc/id-200-multibyte-chars",
    "grpc/id-with-slash",
    "grpc/id-with-unicode",
    "grpc/id-dot",
    "grpc/id-dotdot",
    "grpc-web/id-200-multibyte-chars",
    "grpc-web/id-with-slash",
    "grpc-web/id-with-unicode",
    "grpc-web/id-dot",
    "grpc-web/id-dotdot",
  ],
  "invalid_request, not_sent": [
    "grpc/empty-id",
    "grpc-web/empty-id",
    "id-201-chars",
    "email-201-chars",
    "malformed-json",
    "email-wrong-type",
    "body-null",
    "body-array",
    "query-email",
  ],
  "unauthenticated, not_sent": ["no-token", "invalid-token", "empty-bearer", "basic-auth", "unknown-token"],
  "permission_denied, not_sent": ["no-permission"],
  "organization_not_found, not_sent": ["unknown-org-header"],
  "instance_not_found, not_sent": ["unknown-host"],
  "too_large, not_sent": ["big-body-5MiB"],
  "timeout, maybe_sent": ["timeout-1n"],
  "not_supported, not_sent": [
    "json/empty-id",
    "json/id-dot",
    "json/id-dotdot",
    "raw-dotdot",
    "enc-dotdot",
    "json/id-with-slash",
    "unknown-path",
    "no-prefix-path",
    "trailing-slash",
    "put-method",
    "options-method",
    "head-method",
    "get-method",
    "br-request",
    "unknown-method",
    "unknown-service",
    "content-type-wrong",
    "native-grpc-over-http1",
    "connect-proto-unary",
    "connect-json-unary",
    "connect-json-management-prefix",
  ],
  // Our gRPC takes messages in JSON for another server's.
  "not_supported, maybe_sent": ["grpc/content-type-json"],
  "server_error, maybe_sent": [
    "json/id-200-multibyte-chars",
    "json/id-with-unicode",
    "grpc-web/content-type-json",
    "truncated-message",
    "truncated-envelope",
    "bad-utf8",
    "grpc/empty-body",
    "grpc-web/empty-body",
  ],
} as const;

/** ZITADEL's ids of what is told apart by them. */
const IDS: Readonly<Record<string, string>> = {
  already_initialized: "COMMAND-2M9sd",
  user_not_found: "COMMAND-2M9df",
  permission_denied: "AUTHZ-cdgFk",
  organization_not_found: "AUTH-Bs7Ds",
  instance_not_found: "QUERY-1kIjX",
};

const WIRES = {
  grpc: { wire: "gRPC", contentType: "application/grpc" },
  "grpc-web": { wire: "gRPC-web", contentType: "application/grpc-web+proto" },
  json: { wire: "REST", contentType: "application/json" },
} as const satisfies Record<Protocol, { wire: PeerWire; contentType: string }>;

const failed = recordings.flatMap((recording) => {
  const { protocol, name, response } = recording;
  if (protocol === "cors") return [];
  const status = field(response.trailers, "grpc-status") ?? field(response.headers, "grpc-status");
  return response.status !== 200 || (status ?? "0") !== "0" ? [{ protocol, name, recording }] : [];
});

function field(pairs: HeaderPairs | undefined, name: string): string | undefined {
  return pairs?.find(([key]) => key.toLowerCase() === name)?.[1]?.toString();
}

function expectedOf(protocol: Protocol, name: string): string | undefined {
  const rows = Object.entries<readonly string[]>(EXPECTED);
  return rows.find(([, names]) => names.includes(`${protocol}/${name}`) || names.includes(name))?.[0];
}

/** The recorded answer, without what belongs to its connection. */
function answerOf({ response }: Recording): PeerAnswer {
  const fieldsOf = (pairs: HeaderPairs = []) =>
    Object.fromEntries(
      pairs
        .filter(([name]) => !/^(transfer-encoding|content-length|connection|trailer)$/i.test(name))
        .map(([name, value]) => [name, String(value)]),
    );
  const trailer = response.trailers?.length ? fieldsOf(response.trailers) : undefined;
  const body = bodyOf(response);
  return {
    status: response.status,
    header: fieldsOf(response.headers),
    ...(body.length > 0 && { body }),
    ...(trailer && { trailer }),
  };
}

/** What a call throws that gets the recorded answer. */
async function thrownBy(recording: Recording, wire: PeerWire, transportTo: (url: string) => Transport) {
  const answer = answerOf(recording);
  await using peer = await startPeer({ name: recording.name, ...answering(() => answer), outcome: {} }, wire);
  if (peer === undefined) throw new Error(`no peer for ${wire}`);
  const client = createClient(ManagementService, transportTo(peer.url));
  return await client.resendHumanInitialization({ userId: "1" }).then(
    () => expect.unreachable("the call went well"),
    (error: unknown) => error,
  );
}

test("every recorded failure is in the table, and nothing else is", () => {
  const names = Object.values<readonly string[]>(EXPECTED).flat();
  expect(failed.filter(({ protocol, name }) => expectedOf(protocol, name) === undefined)).toEqual([]);
  const known = failed.flatMap(({ protocol, name }) => [name, `${protocol}/${name}`]);
  expect(names.filter((name) => !known.includes(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(["grpc", "grpc-web", "json"] as const)("%s", (protocol) => {
  const { wire, contentType } = WIRES[protocol];

  test.each(failed.filter((row) => row.protocol === protocol))("$name", async ({ name, recording }) => {
    const error = await thrownBy(recording, wire, (baseUrl) => createTransport({ baseUrl, contentType }));
    const { reason, delivery, retryable, id, hint } = explainError(error);
    expect(`${reason}, ${delivery}`).toBe(expectedOf(protocol, name));
    expect(retryable).toBe(false);
    expect(hint).not.toBe("");
    if (reason in IDS) expect(id).toBe(IDS[reason]);
  });
});

/** Clients that this package did not make. */
const OTHERS = {
  grpc: (baseUrl: string) => createGrpcTransport({ baseUrl }),
  "grpc-web": (baseUrl: string) => createGrpcWebTransport({ baseUrl, useBinaryFormat: true }),
};

describe.each(["grpc", "grpc-web"] as const)("%s of Connect itself", (protocol) => {
  const rows = failed.filter((row) => row.protocol === protocol && row.name !== "content-type-json");
  test.each(rows)("$name", async ({ name, recording }) => {
    const error = await thrownBy(recording, WIRES[protocol].wire, OTHERS[protocol]);
    const { reason, delivery } = explainError(error);
    expect(`${reason}, ${delivery}`).toBe(expectedOf(protocol, name));
  });
});
