import { create } from "@bufbuild/protobuf";
import type { Unary } from "../call/unary.js";
import { withFacts } from "../errors/facts.js";
import { checkRequest } from "./check-request.js";

/** Refuses with InvalidArgument, before anything is sent, what {@link checkRequest} finds. */
export function withGuard(next: Unary): Unary {
  return (method, signal, timeoutMs, header, input, contextValues) => {
    let request: ReturnType<typeof create<typeof method.input>>;
    try {
      request = create(method.input, input);
      checkRequest(method, request);
    } catch (thrown) {
      // Also what a getter of the caller's object throws.
      throw withFacts(thrown, { delivery: "not_sent" });
    }
    return next(method, signal, timeoutMs, header, request, contextValues);
  };
}
