import type { Answer, AnswerHeader, Exchange } from "./exchange.js";
import { RPC_PATH } from "./grpc.js";
import { pathOf } from "./target.js";

/** Who may call: from any origin, but with these headers and methods only. */
interface Policy {
  readonly headers: ReadonlySet<string>;
  readonly methods: ReadonlySet<string>;
}

const COMMON_HEADERS = [
  "accept",
  "accept-language",
  "authorization",
  "content-type",
  "origin",
  "x-grpc-web",
  "x-user-agent",
  "x-zitadel-orgid",
];

const GRPC_WEB: Policy = { headers: new Set(COMMON_HEADERS), methods: new Set(["GET", "HEAD", "POST"]) };

const REST: Policy = {
  headers: new Set([
    ...COMMON_HEADERS,
    "connect-protocol-version",
    "connect-timeout-ms",
    "grpc-timeout",
    "x-requested-with",
  ]),
  methods: new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]),
};

/** Tells whether a request is a browser's question whether it may send another one. */
export function isPreflight({ method, header }: Exchange): boolean {
  return method === "OPTIONS" && header["access-control-request-method"] !== undefined;
}

/**
 * Answers a preflight: one header that is not on the list, and it allows
 * nothing. One that asks for `x-grpc-web` on the rpc's path is gRPC-web's, any
 * other REST's.
 */
export function answerPreflight({ target, header }: Exchange): Answer {
  const asked = String(header["access-control-request-headers"] ?? "");
  const method = String(header["access-control-request-method"]);
  const names = asked === "" ? [] : asked.split(",").map((name) => name.trim());
  const isGrpcWeb = pathOf(target) === RPC_PATH && names.includes("x-grpc-web");
  const allowed = header.origin !== undefined && allows(isGrpcWeb ? GRPC_WEB : REST, method, names);
  const vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
  return {
    status: 204,
    header: {
      "x-robots-tag": "none",
      ...(isGrpcWeb ? { vary } : { vary: [vary, "Cookie"], "set-cookie": QUOTA_LEFT }),
      ...(allowed && {
        ...allowOrigin(header.origin),
        "access-control-allow-methods": method,
        ...(asked !== "" && { "access-control-allow-headers": asked }),
        ...(isGrpcWeb && { "access-control-max-age": "600" }),
      }),
    },
  };
}

/** Browsers send the names in lower case and in order; the server insists on it. */
function allows({ headers, methods }: Policy, method: string, names: readonly string[]): boolean {
  const inOrder = names.every((name, at) => at === 0 || (names[at - 1] ?? "") < name);
  return inOrder && methods.has(method) && names.every((name) => headers.has(name));
}

/** Tells ZITADEL's own pages that the instance may still be used. */
export const QUOTA_LEFT = "zitadel.quota.exhausted=; Path=/; Max-Age=0; SameSite=Lax";

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
  const exposed = [...names, ...Object.keys(origin), "date"].map(titleCase);
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
