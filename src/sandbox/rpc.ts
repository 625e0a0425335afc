import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code, type ConnectError } from "@connectrpc/connect";
import {
  type ResendHumanInitializationRequest,
  type ResendHumanInitializationResponse,
  ResendHumanInitializationResponseSchema,
} from "../../gen/zitadel/management_pb.js";
import { ORG_ID_HEADER } from "../zitadel/headers.js";
import type { Exchange } from "./exchange.js";
import { type Instance, unknownInstanceText } from "./instance.js";
import { plainRefusal, refusal, translatedRefusal } from "./refusal.js";
import { sendInitialization } from "./users.js";

/**
 * Runs the rpc, its checks in the real server's order: instance, credential,
 * organisation, permission, fields, user.
 */
export function resendHumanInitialization(
  instance: Instance,
  { host, header }: Exchange,
  { userId, email }: ResendHumanInitializationRequest,
): ResendHumanInitializationResponse | ConnectError {
  if (!instance.knowsHost(host)) {
    return plainRefusal(Code.NotFound, unknownInstanceText(instance, host));
  }
  const orgId = authorize(instance, header.authorization, header[ORG_ID_HEADER]);
  if (typeof orgId !== "string") return orgId;
  if (runes(userId) < 1 || runes(userId) > 200) return wrongLength("UserId");
  if (runes(email) > 200) return wrongLength("Email");
  const user = instance.directory.users.get(userId);
  const language = header["accept-language"];
  if (user === undefined || user.orgId !== orgId || user.state === "removed" || user.state === "machine") {
    return translatedRefusal(Code.NotFound, "notFound", "COMMAND-2M9df", language);
  }
  if (user.state !== "initial" && user.state !== "lockedInitial") {
    return translatedRefusal(Code.FailedPrecondition, "alreadyInitialised", "COMMAND-2M9sd", language);
  }
  const changedAt = sendInitialization(instance.directory, user, email);
  return create(ResendHumanInitializationResponseSchema, {
    details: {
      sequence: user.sequence,
      changeDate: timestampFromDate(changedAt),
      resourceOwner: user.orgId,
    },
  });
}

/** The organisation that the call acts in, or why it may not. */
function authorize(
  { directory, tokens }: Instance,
  authorization: string | undefined,
  orgHeader: string | string[] | undefined,
): string | ConnectError {
  if (!authorization) return plainRefusal(Code.Unauthenticated, "auth header missing");
  if (!authorization.startsWith("Bearer ")) {
    return refusal(Code.Unauthenticated, "invalid auth header", "AUTH-toLo1");
  }
  const grant = tokens.find(authorization.slice("Bearer ".length));
  if (!grant?.forApi) return refusal(Code.Unauthenticated, "Errors.Token.Invalid", "AUTH-7fs1e");
  const orgId = String(orgHeader || grant.orgId);
  if (!directory.orgIds.has(orgId)) {
    return refusal(Code.PermissionDenied, "Organisation doesn't exist", "AUTH-Bs7Ds");
  }
  return grant.mayWriteUsers ? orgId : refusal(Code.NotFound, "membership not found", "AUTHZ-cdgFk");
}

function wrongLength(field: string): ConnectError {
  return plainRefusal(
    Code.InvalidArgument,
    `invalid ResendHumanInitializationRequest.${field}: value length must be between 1 and 200 runes, inclusive`,
  );
}

/** Length in code points, which Go calls runes. */
const runes = (text: string) => [...text].length;
