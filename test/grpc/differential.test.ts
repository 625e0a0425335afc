import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { compressionGzip, createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { describe, expect, test } from "vitest";
import { grpcTransport } from "../../src/transport/grpc/transport.js";
import { TextService } from "../grpc-web/text-service.js";
import { h2Peer } from "../peers/h2-peer.js";
import { scripts } from "./differential.peers.js";

/** What a caller gets to see of one call. */
async function outcomeOf(transport: Transport) {
  const metadata: [string, string][][] = [];
  const keep = (headers: Headers) => void metadata.push([...headers]);
  try {
    const call = { timeoutMs: 1000, onHeader: keep, onTrailer: keep };
    const { value } = await createClient(TextService, transport).say({ value: "hello" }, call);
    return { value, metadata };
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const details = error.details.map((detail) => ("type" in detail ? [detail.type, [...detail.value]] : []));
    const answered = error.metadata.has("grpc-status");
    const said = answered ? { message: error.rawMessage, metadata: [...error.metadata], details } : {};
    return { code: codeName(error.code), ...said };
  }
}

function codeName(code: Code): string {
  return Code[code];
}

const MAX_BYTES = 4 * 1024 * 1024;

async function ours(baseUrl: string) {
  const transport = grpcTransport({ baseUrl });
  const outcome = await outcomeOf(transport);
  await transport.close();
  return outcome;
}

async function connects(baseUrl: string) {
  const sessionManager = new Http2SessionManager(baseUrl);
  const limits = { readMaxBytes: MAX_BYTES, writeMaxBytes: MAX_BYTES };
  const outcome = await outcomeOf(
    createGrpcTransport({ baseUrl, sessionManager, acceptCompression: [compressionGzip], ...limits }),
  );
  sessionManager.abort();
  return outcome;
}

const isNode24 = Number(process.versions.node.split(".")[0]) >= 24;
const IN_THE_WAY = "Connect's error hides the server's own";
const GAVE_UP = "Canceled says that the caller gave up";
const BROKE_OFF = "the argument was valid, the connection was not";
const NOT_TAKEN = "the server promises that it did nothing, so that the call may be made again";

/** Where the two are meant to differ: what ours and Connect's come to, and why. */
const DIFFERENCES: Readonly<Record<string, readonly [ours: string, connects: string, why: string]>> = {
  "the content type of gRPC with a parameter": [
    "answer",
    "Unknown",
    "a parameter changes no type (RFC 9110, 8.3.1)",
  ],
  "the content type of gRPC with JSON": [
    "Unknown",
    "answer",
    "binary was asked for; here the bytes pass for a message",
  ],
  "gzip that is none": ["Internal", "InvalidArgument", "the answer is wrong, not the argument"],
  "one that is named, but not used": ["answer", "Internal", "messages without the flag are not compressed"],
  "status 17": ["Unknown", "Internal", "gRPC treats codes that it does not know as Unknown"],
  "a status that is no number": ["Unknown", "Internal", "as above"],
  "a badly encoded message": ["NotFound", "Unknown", IN_THE_WAY],
  "details that are not base64": ["NotFound", "DataLoss", IN_THE_WAY],
  "details that are no message": ["NotFound", "DataLoss", IN_THE_WAY],
  "details with another code": [
    "PermissionDenied",
    "NotFound",
    "grpc-status is the status, details explain it",
  ],
  "trailers only, status 0": ["Unimplemented", "Unknown", "a missing message is the same in either place"],
  "a status in headers and a message": [
    "Internal",
    "Unknown",
    "as without any status: the trailers are missing",
  ],
  "half a message, status 0": ["Unavailable", "InvalidArgument", BROKE_OFF],
  "half a message, no trailers": ["Unavailable", "InvalidArgument", BROKE_OFF],
  "HTTP 503 with a status of gRPC": [
    "FailedPrecondition",
    "Unavailable",
    "HTTP's is only for answers without one",
  ],
  "a reset with NO_ERROR": ["Unavailable", "DeadlineExceeded", "connect-es#1678: it waits for ever"],
  "headers and a reset with NO_ERROR": [
    "Unavailable",
    "Internal",
    "the call was shed, the answer is not wrong",
  ],
  "a reset with REFUSED_STREAM": ["Unavailable", "Internal", NOT_TAKEN],
  "a reset with CANCEL": ["Unavailable", "Canceled", GAVE_UP],
  "a reset with ENHANCE_YOUR_CALM": [
    "ResourceExhausted",
    "Internal",
    "gRPC's mapping; Node's own error is faster",
  ],
  "a reset with INADEQUATE_SECURITY": ["PermissionDenied", "Internal", "as above"],
  "GOAWAY that leaves the call out": ["Unavailable", "Internal", NOT_TAKEN],
  "GOAWAY with an error that leaves the call out": ["Unavailable", "Internal", NOT_TAKEN],
  "GOAWAY with ENHANCE_YOUR_CALM": ["ResourceExhausted", "Internal", "as for a reset with it"],
  "a connection that closes": ["Unavailable", "Canceled", GAVE_UP],
  "a connection that is reset": ["Unavailable", isNode24 ? "Aborted" : "Canceled", GAVE_UP],
  "a connection that closes behind half a message": ["Unavailable", "Canceled", GAVE_UP],
  "a connection that closes in the middle of a frame": ["Unavailable", "Canceled", GAVE_UP],
};

describe("a call to a peer that sends", () => {
  test.each(Object.entries(scripts))("%s", async (name, script) => {
    await using peer = await h2Peer(script);
    const [our, theirs] = [await ours(peer.url), await connects(peer.url)];
    const kinds = [our, theirs].map((outcome) => ("code" in outcome ? outcome.code : "answer"));
    const difference = DIFFERENCES[name];
    if (difference !== undefined) return expect(kinds).toEqual(difference.slice(0, 2));
    // Of errors that a transport makes up itself, Connect's have no metadata.
    if ("code" in theirs && theirs.metadata === undefined) return expect(kinds[0]).toBe(kinds[1]);
    expect(our).toEqual(theirs);
  });

  test("none of the differences is out of date", () => {
    const same = Object.entries(DIFFERENCES).filter(
      ([name, [our, theirs]]) => !(name in scripts) || our === theirs,
    );
    expect(same).toEqual([]);
  });
});
