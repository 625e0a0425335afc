import { create, isMessage } from "@bufbuild/protobuf";
import { ResendHumanInitializationRequestSchema } from "../../gen/zitadel/management_pb.js";
import type { Unary } from "../call/unary.js";
import { checkRequest } from "./check-request.js";

/** Refuses with InvalidArgument, before anything is sent, what {@link checkRequest} finds. */
export function withGuard(next: Unary): Unary {
  return (method, signal, timeoutMs, header, input, contextValues) => {
    const request = create(method.input, input);
    if (isMessage(request, ResendHumanInitializationRequestSchema)) checkRequest(request);
    return next(method, signal, timeoutMs, header, request, contextValues);
  };
}
