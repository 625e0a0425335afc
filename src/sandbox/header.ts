import { randomBytes } from "node:crypto";

const runId = randomBytes(6).toString("hex");
let requests = 0;

/** An id of the look that the server gives each request. */
export function newRequestId(): string {
  requests++;
  return `${runId}${requests.toString(32).padStart(8, "0")}`;
}

/** Headers of each answer that the service itself gave; `expires` lies an hour back. */
export function noCacheHeader(nowMs: number) {
  return {
    "cache-control": "no-store",
    expires: new Date(nowMs - 3_600_000).toUTCString(),
    pragma: "no-cache",
  };
}
