import type { ContentType } from "../../src/options.js";
import type { Skip } from "./run-suite.js";

/** Cases that a wire cannot do anywhere. */
export const WIRE_SKIPS: Record<ContentType, readonly Skip[]> = {
  "application/grpc": [],
  "application/grpc-web+proto": [],
  "application/json": [
    { case: "refused: a user id with a slash", reason: "the gateway splits the path after decoding it" },
    { case: "refused: a user id that is a dot", reason: "it would be cleaned out of the path" },
    { case: "refused: a user id that is two dots", reason: "it would be cleaned out of the path" },
    { case: "refused: a user id outside ASCII", reason: "the gateway answers 500 to one" },
  ],
};
