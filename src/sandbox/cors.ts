import type { Answer, AnswerHeader, Exchange } from "./exchange.js";

const GRPC_WEB_HEADERS = new Set([
  "authorization",
  "content-type",
  "accept",
  "accept-language",
  "x-zitadel-orgid",
  "x-user-agent",
  "x-grpc-web",
]);

const REST_HEADERS = new Set([...GRPC_WEB_HEADERS, "grpc-timeout"]);

const CLEAR_QUOTA = "zitadel.quota.exhausted=; Path=/; Max-Age=0; SameSite=Lax";

/** Tells whether a request is a browser's question whether it may send another one. */
export function isPreflight({ method, header }: Exchange): boolean {
  return method === "OPTIONS" && header["access-control-request-method"] !== undefined;
}

/**
 * Answers a preflight. Any origin may call, but only with the headers on the
 * list: one other and the answer allows nothing. A preflight that asks for
 * `x-grpc-web` is gRPC-web's, any other is REST's.
 */
export function answerPreflight({ header }: Exchange): Answer {
  const asked = String(header["access-control-request-headers"] ?? "");
  const names = asked
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const grpcWeb = names.includes("x-grpc-web");
  const allowed = grpcWeb ? GRPC_WEB_HEADERS : REST_HEADERS;
  const vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
  return {
    status: 204,
    header: {
      "x-robots-tag": "none",
      ...(grpcWeb ? { vary } : { vary: [vary, "Cookie"], "set-cookie": CLEAR_QUOTA }),
      ...(names.every((name) => allowed.has(name)) && {
        ...allowOrigin(header.origin),
        "access-control-allow-methods": String(header["access-control-request-method"]),
        ...(asked !== "" && { "access-control-allow-headers": asked }),
        ...(grpcWeb && { "access-control-max-age": "600" }),
      }),
    },
  };
}

/** What a REST answer tells a browser. */
export const restCors = (exchange: Exchange): AnswerHeader =>
  expose(exchange, "Location, Content-Length, Grpc-Status, Grpc-Message, Grpc-Status-Details-Bin");

/** What an answer of the token endpoint tells a browser. */
export const tokenCors = (exchange: Exchange): AnswerHeader => expose(exchange, "Location, Content-Length");

function expose({ header }: Exchange, names: string): AnswerHeader {
  if (header.origin === undefined) return {};
  return { ...allowOrigin(header.origin), "access-control-expose-headers": names };
}

/** What a gRPC-web answer tells a browser: it may read every header that is there. */
export function grpcWebCors({ header }: Exchange, names: readonly string[]): AnswerHeader {
  const origin = allowOrigin(header.origin);
  const exposed = [...names, ...Object.keys(origin), "Date"].map(titleCase);
  return {
    ...origin,
    "access-control-expose-headers": [...exposed, "grpc-status", "grpc-message"].join(", "),
  };
}

function allowOrigin(origin: string | undefined): AnswerHeader {
  if (origin === undefined) return {};
  return { "access-control-allow-credentials": "true", "access-control-allow-origin": origin };
}

const titleCase = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
