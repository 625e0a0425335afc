/** An exchange in which the sandbox answers otherwise than the recording, and why that is right. */
export interface Difference {
  readonly protocol: string;
  readonly name: string;
  readonly httpVersions: readonly (1 | 2)[];
  readonly reason: string;
}

const TRAILING_SPACE =
  "RFC 9113, section 8.2.1, forbids a value that ends in a space, and Node's HTTP/2 drops such a header; the sandbox sees none";

/** An entry that is not needed fails the test. */
export const differences: readonly Difference[] = [
  {
    protocol: "json",
    name: "query-email",
    httpVersions: [1, 2],
    reason:
      "not an answer to this request: the HEAD before it had sent a body, which the server read as the start of this one. Alone, the real server drops the query, as the sandbox does",
  },
  { protocol: "json", name: "empty-bearer", httpVersions: [2], reason: TRAILING_SPACE },
  { protocol: "grpc", name: "empty-bearer", httpVersions: [2], reason: TRAILING_SPACE },
  { protocol: "grpc-web", name: "empty-bearer", httpVersions: [2], reason: TRAILING_SPACE },
  {
    protocol: "grpc-web",
    name: "native-grpc-over-http1",
    httpVersions: [2],
    reason: "over HTTP/2 the same request is plain gRPC, and answered",
  },
];
