import { toJson } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { ResendHumanInitializationResponseSchema } from "../../gen/zitadel/management_pb.js";
import { ErrorDetailSchema } from "../../gen/zitadel/message_pb.js";
import { QUOTA_LEFT, restCors } from "./cors.js";
import {
  type Answer,
  type AnswerHeader,
  type Exchange,
  newRequestId,
  noCacheHeader,
  parseGrpcTimeout,
  textAnswer,
} from "./exchange.js";
import { messageTooLarge } from "./grpc-message.js";
import type { Instance } from "./instance.js";
import { readJsonRequest } from "./json-request.js";
import { deadlineRefusal, detailsOf, plainRefusal } from "./refusal.js";
import { resendHumanInitialization } from "./rpc.js";
import { pathOf } from "./target.js";

/** Answers a REST request; what is no path of the rpc is 404, as all of this service's other paths. */
export function answerRest(instance: Instance, exchange: Exchange): Answer {
  const common: AnswerHeader = {
    vary: "Origin",
    "x-request-id": newRequestId(),
    "x-robots-tag": "none",
    ...restCors(exchange),
  };
  const userId = userIdIn(exchange.target);
  if (userId === undefined) return errorAnswer(plainRefusal(Code.NotFound, "Not Found"), common);
  if (exchange.method !== "POST") {
    return { ...errorAnswer(plainRefusal(Code.Unimplemented, "Method Not Allowed"), common), status: 405 };
  }
  const request = readRequest(exchange, userId);
  if (request instanceof ConnectError) {
    return errorAnswer(
      request,
      request.code === Code.ResourceExhausted ? { ...common, ...EXHAUSTED } : common,
    );
  }
  const result = resendHumanInitialization(instance, exchange, request);
  const header = { ...common, ...gatewayHeader(instance) };
  if (result instanceof ConnectError) {
    const isChallenge = result.code === Code.Unauthenticated;
    return errorAnswer(result, { ...header, ...(isChallenge && { "www-authenticate": result.rawMessage }) });
  }
  return jsonAnswer(200, toJson(ResendHumanInitializationResponseSchema, result), {
    ...header,
    vary: ["Origin", "Cookie"],
    "set-cookie": QUOTA_LEFT,
  });
}

/** A message that is too large counts as an exhausted quota, which a cookie tells the console. */
const EXHAUSTED = {
  "grpcgateway-content-type": "application/grpc",
  vary: ["Origin", "Cookie"],
  "set-cookie": "zitadel.quota.exhausted=true; Path=/; Max-Age=300; SameSite=Lax",
};

/** The id in the path, which is decoded before it is split: an encoded slash splits it too. */
function userIdIn(target: string): string | undefined {
  return /^\/management\/v1\/users\/([^/]+)\/_resend_initialization$/.exec(pathOf(target) ?? "")?.[1];
}

function readRequest({ header, body, bodyBytes, ageMs }: Exchange, userId: string) {
  const timeout = header["grpc-timeout"];
  const timeoutMs = parseGrpcTimeout(timeout);
  if (timeoutMs === undefined) {
    return plainRefusal(Code.InvalidArgument, `invalid grpc-timeout: ${timeout}`);
  }
  if (bodyBytes > body.length) return messageTooLarge(bodyBytes);
  const request = readJsonRequest(body, userId);
  if (request instanceof ConnectError) return request;
  if (/[^ -~]/.test(userId)) {
    // The gateway hands the path on as metadata, which is ASCII only.
    const message = 'header key "zitadel-activity-path" contains value with non-printable ASCII characters';
    return plainRefusal(Code.Internal, message);
  }
  // The gateway takes a timeout of nothing for none.
  return timeoutMs > 0 && ageMs() >= timeoutMs ? deadlineRefusal() : request;
}

function gatewayHeader({ directory }: Instance): AnswerHeader {
  const cache = noCacheHeader(directory.now());
  return {
    ...cache,
    "grpcgateway-cache-control": cache["cache-control"],
    "grpcgateway-content-type": "application/grpc",
    "grpcgateway-pragma": cache.pragma,
  };
}

/** HTTP status of the codes that come up here, as grpc-gateway maps them. */
const HTTP_STATUS: Partial<Record<Code, number>> = {
  [Code.InvalidArgument]: 400,
  [Code.FailedPrecondition]: 400,
  [Code.Unauthenticated]: 401,
  [Code.PermissionDenied]: 403,
  [Code.NotFound]: 404,
  [Code.ResourceExhausted]: 429,
  [Code.Unimplemented]: 501,
  [Code.DeadlineExceeded]: 504,
};

function errorAnswer(error: ConnectError, header: AnswerHeader): Answer {
  const details = detailsOf(error).map((detail) => ({
    "@type": `type.googleapis.com/${ErrorDetailSchema.typeName}`,
    ...detail,
  }));
  const body = { code: error.code, message: error.rawMessage, ...(details.length > 0 && { details }) };
  return jsonAnswer(HTTP_STATUS[error.code] ?? 500, body, header);
}

const jsonAnswer = (status: number, body: unknown, header: AnswerHeader) =>
  textAnswer(status, "application/json", JSON.stringify(body), header);
