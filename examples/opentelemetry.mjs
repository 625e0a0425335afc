// @ts-check
// Every call as a span and as a duration, by OpenTelemetry's conventions for
// RPC clients (https://opentelemetry.io/docs/specs/semconv/rpc/).
//
//   npm install @opentelemetry/api
import { Code, ConnectError } from "@connectrpc/connect";
import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { explainError } from "zitadel-resend";

/**
 * Makes one span and one measurement of each call, with all its attempts and
 * waits. An error's text does not go into them: it may hold a mail address.
 *
 * @param {object} options
 * @param {boolean} [options.propagate] sends `traceparent` to the server. Not in a browser: ZITADEL's CORS list
 *   does not have that header, and the whole call would fail.
 * @param {() => number} [options.now] the time, in milliseconds
 * @returns {import("@connectrpc/connect").Interceptor}
 */
export function telemetry({ propagate = false, now = () => performance.now() } = {}) {
  const tracer = trace.getTracer("zitadel-resend");
  const durations = metrics.getMeter("zitadel-resend").createHistogram("rpc.client.call.duration", {
    unit: "s",
  });
  return (next) => (request) => {
    const { hostname, port, protocol } = new URL(request.url);
    const method = `${request.service.typeName}/${request.method.name}`;
    /** @type {import("@opentelemetry/api").Attributes} */
    const attributes = {
      "rpc.system.name": "grpc",
      "rpc.method": method,
      "server.address": hostname,
      "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
    };
    return tracer.startActiveSpan(method, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      const start = now();
      const setOutcome = (/** @type {import("@opentelemetry/api").Attributes} */ outcome) => {
        Object.assign(attributes, outcome);
        span.setAttributes(outcome);
      };
      if (propagate) {
        propagation.inject(context.active(), request.header, {
          set: (header, key, value) => header.set(key, value),
        });
      }
      try {
        const response = await next(request);
        setOutcome({ "rpc.response.status_code": "OK" });
        return response;
      } catch (error) {
        const { reason, delivery } = explainError(error);
        const status = statusName(ConnectError.from(error).code);
        setOutcome({ "rpc.response.status_code": status, "error.type": status });
        span.setStatus({ code: SpanStatusCode.ERROR, message: `${reason}, ${delivery}` });
        throw error;
      } finally {
        durations.record((now() - start) / 1000, attributes);
        span.end();
      }
    });
  };
}

/**
 * The name that gRPC has for a code: `NotFound` is `NOT_FOUND`, but `Canceled` is `CANCELLED`.
 *
 * @param {Code} code
 */
function statusName(code) {
  if (code === Code.Canceled) return "CANCELLED";
  return Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
