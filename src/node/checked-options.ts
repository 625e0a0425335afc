import { ownOptions } from "../call/own-options.js";
import type {
  AnyClientOptions,
  CallPolicy,
  Http2Options,
  NodeTransportOptions,
  RetryOptions,
  TlsOptions,
} from "../options.js";
import {
  aBoolean,
  aFunction,
  anArrayOf,
  anObject,
  anObjectOf,
  anyNumber,
  anything,
  aTextOf,
  bytesFrom,
  checkEach,
  expecting,
  milliseconds,
  type OptionCheck,
  optionError,
  shown,
} from "./option-checks.js";
import { certificates, privateKey } from "./tls-checks.js";

type ChecksOf<Options> = { readonly [Name in keyof Required<Options>]: OptionCheck };

const HTTP2: ChecksOf<Http2Options> = {
  connectTimeoutMs: milliseconds,
  pingIntervalMs: milliseconds,
  pingIdleConnection: aBoolean,
  pingTimeoutMs: milliseconds,
  idleConnectionTimeoutMs: milliseconds,
};

const TLS: ChecksOf<TlsOptions> = {
  ca: certificates,
  cert: certificates,
  key: privateKey,
  serverName: expecting("a host name", (value) => typeof value === "string" && /^[^\s]+$/.test(value)),
};

const RETRY: ChecksOf<RetryOptions> = {
  maxAttempts: anyNumber,
  initialDelayMs: anyNumber,
  maxDelayMs: anyNumber,
  ambiguous: aBoolean,
  onRetry: aFunction,
};

const TRANSPORT: ChecksOf<NodeTransportOptions> = {
  baseUrl: anything,
  contentType: anything,
  interceptors: anArrayOf(aFunction),
  fetch: aFunction,
  readMaxBytes: bytesFrom(1),
  writeMaxBytes: bytesFrom(1),
  defaultTimeoutMs: anyNumber,
  pathPrefix: expecting(
    "a text or a function",
    (value) => typeof value === "string" || typeof value === "function",
  ),
  headerPrefix: expecting(
    "the start of a header field's name",
    (value) => typeof value === "string" && /^[\w!#$%&'*+.^`|~-]*$/.test(value),
  ),
  registry: anObject,
  tls: (name, value) => {
    anObjectOf(TLS)(name, value);
    const { cert, key } = ownOptions<TlsOptions>(Object(value));
    if ((cert === undefined) === (key === undefined)) return;
    throw optionError(`${name} holds only one of cert and key; a client's certificate needs both`);
  },
  http2: anObjectOf(HTTP2),
  sendCompression: aTextOf("gzip"),
  acceptCompression: anArrayOf(aTextOf("gzip")),
  compressMinBytes: bytesFrom(0),
  httpVersion: aTextOf("1.1", "2"),
};

/** Those of a client alone. What is `anything` here the client checks on every platform. */
const CLIENT: ChecksOf<Omit<CallPolicy, "interceptors">> = {
  auth: aFunction,
  allowInsecure: aBoolean,
  orgId: anything,
  timeoutMs: anything,
  retry: (name, value) => value === false || anObjectOf(RETRY)(name, value),
  guard: aBoolean,
  onWarning: aFunction,
};

/** How HTTP is done, which decides what can be honoured. */
interface Way {
  readonly name: string;
  /** The version that it speaks; a `fetch` chooses its own. */
  readonly httpVersion?: "1.1" | "2";
  /** Options that not every way honours, but this one. */
  readonly honours: readonly (keyof NodeTransportOptions)[];
}

const COMPRESSION = ["sendCompression", "acceptCompression", "compressMinBytes"] as const;
const REST_NAMES = ["pathPrefix", "headerPrefix", "registry"] as const;
const WAYS = {
  grpc: { name: "gRPC", httpVersion: "2", honours: ["tls", "http2", ...COMPRESSION] },
  grpcWeb: { name: "gRPC-web", httpVersion: "1.1", honours: ["tls", ...COMPRESSION] },
  grpcWebOn2: {
    name: 'gRPC-web with httpVersion "2"',
    httpVersion: "2",
    honours: ["tls", "http2", ...COMPRESSION],
  },
  grpcWebByFetch: { name: "gRPC-web with fetch", honours: ["fetch", ...COMPRESSION] },
  rest: { name: "REST", httpVersion: "1.1", honours: ["tls", "acceptCompression", ...REST_NAMES] },
  restByFetch: { name: "REST with fetch", honours: ["fetch", ...REST_NAMES] },
} as const satisfies Readonly<Record<string, Way>>;
const ALL_WAYS: readonly Way[] = Object.values(WAYS);
const NOT_BY_ALL: readonly string[] = ALL_WAYS.flatMap((way) => way.honours);

/** What is asked for; undefined where the content type is none, which is refused later. */
function wayOf({ contentType, fetch, httpVersion }: NodeTransportOptions): Way | undefined {
  switch (contentType) {
    case undefined:
    case "application/grpc":
      return WAYS.grpc;
    case "application/grpc-web+proto":
      if (fetch !== undefined) return WAYS.grpcWebByFetch;
      return httpVersion === "2" ? WAYS.grpcWebOn2 : WAYS.grpcWeb;
    case "application/json":
      return fetch !== undefined ? WAYS.restByFetch : WAYS.rest;
    default:
      return undefined;
  }
}

/** Throws for an option that would silently not happen. */
function refuseUnhonoured(options: NodeTransportOptions): void {
  const way = wayOf(options);
  if (way === undefined) return;
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const isHonoured = ({ httpVersion, honours }: Way) =>
      name === "httpVersion" ? value === httpVersion : honours.some((honoured) => honoured === name);
    if ((name !== "httpVersion" && !NOT_BY_ALL.includes(name)) || isHonoured(way)) continue;
    const others = ALL_WAYS.filter(isHonoured).map((other) => other.name);
    throw optionError(
      `${name}, which is ${shown(value)}, has no effect on ${way.name}; leave it out, or set a contentType for ${others.join(" or ")}`,
    );
  }
}

/**
 * Options of a transport on Node as they were given, in an object without a
 * prototype.
 *
 * @throws ConnectError InvalidArgument for an option that is unknown, makes no
 *   sense, or would silently not happen
 */
export function checkedTransportOptions(given: NodeTransportOptions): NodeTransportOptions {
  const options = ownOptions(given);
  checkEach("", options, TRANSPORT);
  refuseUnhonoured(options);
  return withOwn(options);
}

/** The same of a client, which has either such a transport of its own or one that was made elsewhere. */
export function checkedClientOptions(
  given: AnyClientOptions<NodeTransportOptions>,
): AnyClientOptions<NodeTransportOptions> {
  const options = ownOptions(given);
  if (options.transport !== undefined) {
    const { interceptors } = TRANSPORT;
    // How and where to call is the transport's business: it would not hear of it.
    checkEach("", options, { transport: anObject, interceptors, ...CLIENT });
    return options;
  }
  checkEach("", options, { ...TRANSPORT, ...CLIENT });
  refuseUnhonoured(options);
  return withOwn(options);
}

function withOwn<Options extends NodeTransportOptions>(options: Options): Options {
  const { tls, http2 } = options;
  return ownOptions({
    ...options,
    ...(tls && { tls: ownOptions(tls) }),
    ...(http2 && { http2: ownOptions(http2) }),
  });
}
