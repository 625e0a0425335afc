import { encodeMessage } from "../message-bytes.js";
import type { Engine } from "./engine.js";
import { streamOn } from "./streams.js";

/** For every method. */
export const generalEngine: Engine = { encode: encodeMessage, streamOn };
