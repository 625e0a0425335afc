import { answerPreflight, isPreflight } from "./cors.js";
import { type Answer, type Exchange, textAnswer } from "./exchange.js";
import { answerGrpc, GRPC_CONTENT_TYPES } from "./grpc.js";
import { answerGrpcWeb, isGrpcWeb } from "./grpc-web.js";
import { type Instance, unknownInstanceText } from "./instance.js";
import { answerMailbox } from "./mailbox.js";
import { answerRest } from "./rest.js";
import { cleanTarget, pathOf } from "./target.js";
import { answerOpenidConfiguration, answerToken } from "./token-endpoint.js";

/** Finds who answers a request. */
export function route(instance: Instance, exchange: Exchange): Answer | Promise<Answer> {
  const { method, target, httpVersion, header } = exchange;
  const path = pathOf(target);
  if (path === undefined) return textAnswer(400, "text/plain; charset=utf-8", "400 Bad Request");
  const location = cleanTarget(target, path);
  if (location !== target) return { status: 301, header: { location, "content-length": 0 } };
  if (isPreflight(exchange)) return answerPreflight(exchange);
  const isGrpc = httpVersion === 2 && method === "POST" && GRPC_CONTENT_TYPES.has(header["content-type"]);
  if (isGrpc) return answerGrpc(instance, exchange);
  if (isGrpcWeb(exchange)) return answerGrpcWeb(instance, exchange);
  return answerPath(instance, exchange) ?? answerRest(instance, exchange);
}

/** Answers the few paths that are neither gRPC nor REST. */
function answerPath(instance: Instance, exchange: Exchange): Answer | Promise<Answer> | undefined {
  const { method, target, host } = exchange;
  switch (pathOf(target)) {
    case "/mailbox":
      // Not for pages of other origins that got here by a name of their own.
      if (method !== "GET" || !instance.knowsHost(host)) return undefined;
      return answerMailbox(instance.directory.mailbox, exchange);
    case "/oauth/v2/token":
      return instance.knowsHost(host) ? answerToken(instance, exchange) : unknownInstance(instance, host);
    case "/.well-known/openid-configuration":
      return instance.knowsHost(host)
        ? answerOpenidConfiguration(instance, exchange)
        : unknownInstance(instance, host);
    default:
      return undefined;
  }
}

const unknownInstance = (instance: Instance, host: string) =>
  textAnswer(404, "text/plain; charset=utf-8", `${unknownInstanceText(instance, host)}\n`);
