import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { StopSignal } from "../../call/stop.js";
import type { HttpFields, HttpResponse } from "../http.js";
import type { Reading } from "./failure.js";
import type { Binding } from "./rule.js";

/** Sends the request of a call, and gives its answer, of which only the head has been read. */
export type Exchange = (
  method: DescMethod,
  message: Message,
  fields: HttpFields,
  signal: StopSignal | undefined,
) => Promise<Answer>;

/** An answer, and what is needed to read it. */
export interface Answer {
  readonly response: HttpResponse;
  readonly binding: Binding;
  readonly reading: Reading;
}
