// For `AsyncDisposable`, which libraries before ESNext do not have.
/// <reference lib="esnext.disposable" preserve="true" />

import { type CallOptions, type Client, Code, type UnaryResponse } from "@connectrpc/connect";
import type { ManagementService } from "../gen/zitadel/management_pb.js";
import { withAuth } from "./auth/with-auth.js";
import { checkFieldNames, withGuard } from "./call/check-request.js";
import { withDeadline } from "./call/deadline.js";
import { type CloseOptions, Drain } from "./call/drain.js";
import { type HttpFields, toFields } from "./call/fields.js";
import { withInterceptors } from "./call/interceptors.js";
import { withOrganization } from "./call/organization.js";
import { ownOptions } from "./call/own-options.js";
import { withRetry } from "./call/retry.js";
import { type Unary, unaryOf } from "./call/unary.js";
import { maybeSentError, notSentError } from "./errors/facts.js";
import { parseBaseUrl } from "./http/base-url.js";
import { networkError } from "./http/network-error.js";
import type { AnyClientOptions, TransportOptions } from "./options.js";
import { type ClosableTransport, createTransportOn, type Platform } from "./transport/wire.js";
import { ORG_ID_HEADER } from "./zitadel/headers.js";

/** Connect's own call options, and the organisation of this one call. */
export interface ResendCallOptions extends CallOptions {
  /** Organisation that this call acts in, in place of the client's. */
  readonly orgId?: string;
}

/** What interceptors see as the base URL of a transport that was passed in. */
const UNKNOWN_BASE_URL = "https://transport.invalid";

type ManagementClient = Client<typeof ManagementService>;

/** Connect's client of the service, and a way to give its connections back. */
export interface ResendClient extends ManagementClient, AsyncDisposable {
  resendHumanInitialization(
    request: Parameters<ManagementClient["resendHumanInitialization"]>[0],
    options?: ResendCallOptions,
  ): ReturnType<ManagementClient["resendHumanInitialization"]>;

  /**
   * Refuses new calls, lets those under way settle, then ends the client's
   * connections, so that the process can exit. Their deadlines bound how long
   * that takes, or `graceMs`. A transport that was passed in stays open.
   *
   * @throws ConnectError InvalidArgument if `graceMs` is no time
   */
  close(options?: CloseOptions): Promise<void>;
}

/** Puts the layers of a client together, on one platform: from the wire outward. */
export function createClientOn<Options extends TransportOptions>(
  platform: Platform<Options>,
  given: AnyClientOptions<Options>,
): ResendClient {
  const options = ownOptions(given);
  const { interceptors = [], retry, guard, onWarning } = options;
  let { timeoutMs } = options;
  let baseUrl: URL | undefined;
  let unary: Unary;
  let owned: ClosableTransport | undefined;
  let http: ReturnType<Platform["http"]> | undefined;
  const tokenHttp = () => {
    http ??= platform.http(ownOptions(options.transport === undefined ? options : undefined));
    return http;
  };
  if (options.transport !== undefined) {
    unary = unaryOf(options.transport);
  } else {
    baseUrl = parseBaseUrl(options.baseUrl);
    timeoutMs ??= options.defaultTimeoutMs;
    // The interceptors are this client's, outermost: a wire's own would see each attempt.
    const wire = createTransportOn(platform, ownOptions({ ...options, interceptors: [] }));
    unary = wire.unary;
    owned = wire;
  }

  unary = withAuth(unary, {
    auth: options.auth,
    baseUrl,
    allowInsecure: options.allowInsecure,
    http: (request) => tokenHttp().http(request),
    networkError,
  });
  if (retry !== false) unary = withRetry(unary, retry);
  const drain = new Drain();
  unary = withDeadline(unary, timeoutMs, drain.calls);
  if (guard !== false) unary = withGuard(unary);
  unary = withOrganization(unary, onWarning);
  if (interceptors.length > 0) {
    unary = withInterceptors(unary, interceptors, baseUrl?.href ?? UNKNOWN_BASE_URL);
  }

  const orgFields = orgFieldsOf(options.orgId);
  const { method } = platform;
  const close = (options?: CloseOptions) =>
    // Opened if need be, so that no later call opens another one.
    drain.close(options, () => Promise.all([owned?.close(), tokenHttp().close()]));
  return {
    // What Connect's `createClient` does for a unary method, without what it brings for streams.
    resendHumanInitialization: async (init, options) => {
      const request = ownOptions(init);
      const call = ownOptions(options);
      // Here, because the layers may get the request with its unknown fields already dropped.
      if (guard !== false) checkFieldNames(method.input, request);
      const header = fieldsOf(call.headers, orgFieldsOf(call.orgId) ?? orgFields);
      drain.enter();
      try {
        const response = await unary(
          method,
          call.signal,
          call.timeoutMs,
          header,
          request,
          call.contextValues,
        );
        readMetadata(response, call);
        return response.message;
      } finally {
        drain.leave();
      }
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

function readMetadata({ header, trailer }: UnaryResponse, { onHeader, onTrailer }: CallOptions): void {
  try {
    onHeader?.(header);
    onTrailer?.(trailer);
  } catch (thrown) {
    throw maybeSentError(thrown);
  }
}

/** The header fields of a call, checked; undefined where there are none, which most layers have a shorter way for. */
function fieldsOf(
  headers: HeadersInit | undefined,
  orgFields: HttpFields | undefined,
): HttpFields | undefined {
  if (headers === undefined && orgFields === undefined) return undefined;
  return { ...orgFields, ...toFields(headers) };
}

/** An organisation that is there but empty would be the caller's own; a number has lost its last digits. */
function orgFieldsOf(orgId: string | undefined): HttpFields | undefined {
  if (orgId === undefined || orgId === null) return undefined;
  if (typeof orgId === "string" && orgId.trim()) return toFields({ [ORG_ID_HEADER]: orgId });
  throw notSentError("orgId is empty or no text", Code.InvalidArgument, "invalid_request");
}
