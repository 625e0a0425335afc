import { answerPreflight, isPreflight } from "./cors.js";
import { type Answer, type Exchange, textAnswer } from "./exchange.js";
import { answerGrpc, GRPC_CONTENT_TYPES } from "./grpc.js";
import { answerGrpcWeb, isGrpcWeb } from "./grpc-web.js";
import { type Instance, unknownInstanceText } from "./instance.js";
import { answerMailbox } from "./mailbox.js";
import { answerOpenidConfiguration } from "./openid-configuration.js";
import { answerRest } from "./rest.js";
import { answerToken } from "./token-endpoint.js";

/** Finds who answers a request. */
export function route(instance: Instance, exchange: Exchange): Answer | Promise<Answer> {
  const { method, target, httpVersion, header } = exchange;
  const location = cleanTarget(target);
  if (location === undefined) return textAnswer(400, "text/plain; charset=utf-8", "400 Bad Request");
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
  switch (target.replace(/[?#].*$/s, "")) {
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

/**
 * The target with `//`, `.` and `..` resolved in its decoded path, as the real
 * server's router does it; where that changes anything it redirects, and the
 * request never reaches a service. `undefined` where the path cannot be decoded.
 */
export function cleanTarget(target: string): string | undefined {
  const [, raw = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(target) ?? [];
  let path: string;
  try {
    path = decodeURIComponent(raw);
  } catch {
    return undefined;
  }
  if (!/\/(\.{0,2})(\/|$)/.test(path.slice(0, -1)) && !/\/\.{1,2}$/.test(path)) return target;
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "." && segment !== "") kept.push(segment);
  }
  const clean = `/${kept.join("/")}${kept.length > 0 && path.endsWith("/") ? "/" : ""}`;
  return clean === path ? target : encodeURI(clean) + rest;
}
