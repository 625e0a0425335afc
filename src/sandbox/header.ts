import { randomBytes } from "node:crypto";

/** An id of the look that the server gives each request. */
export const newRequestId = () => randomBytes(10).toString("hex");

/** Headers of each answer that the service itself gave; `expires` lies an hour back. */
export function noCacheHeader(nowMs: number) {
  return {
    "cache-control": "no-store",
    expires: new Date(nowMs - 3_600_000).toUTCString(),
    pragma: "no-cache",
  };
}
