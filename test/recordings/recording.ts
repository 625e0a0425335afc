import { readFileSync } from "node:fs";

/** Headers as they stood on the wire, names in lower case, repeated ones apart. */
export type HeaderPairs = readonly (readonly [string, string | number])[];

/** One exchange with a real ZITADEL. */
export interface Recording {
  readonly name: string;
  /** `cors` is a preflight, `grpc` HTTP/2 in cleartext, the others HTTP/1.1. */
  readonly protocol: "json" | "grpc" | "grpc-web" | "cors";
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: HeaderPairs;
    readonly body?: string;
    readonly bodyBase64?: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers: HeaderPairs;
    readonly body?: string;
    readonly bodyBase64?: string;
    readonly trailers?: HeaderPairs;
  };
}

/** Every exchange, in the order in which they were recorded. */
export const recordings: readonly Recording[] = JSON.parse(
  readFileSync(new URL("zitadel.json", import.meta.url), "utf8"),
);

/** The body of a recorded request or answer. */
export function bodyOf({
  body,
  bodyBase64,
}: {
  readonly body?: string;
  readonly bodyBase64?: string;
}): Buffer {
  if (body === undefined) return Buffer.from(bodyBase64 ?? "", "base64");
  // The recorder kept a long body short.
  return Buffer.from(body.replace("x * 5 MiB", () => "x".repeat(5 * 1024 * 1024)));
}
