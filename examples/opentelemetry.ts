// Every call as a span, by OpenTelemetry's conventions for RPC clients
// (https://opentelemetry.io/docs/specs/semconv/rpc/grpc/).
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

/**
 * Makes a span of each call, its attempts and waits included. `propagate` hands
 * it on to the server in `traceparent`: not in a browser, where ZITADEL's CORS
 * list does not have that header and the whole call would fail.
 */
export function tracing({ propagate = false } = {}): Interceptor {
  return (next) => (request) => {
    const { hostname, port, protocol } = new URL(request.url);
    const method = `${request.service.typeName}/${request.method.name}`;
    const attributes = {
      "rpc.system.name": "grpc",
      "rpc.method": method,
      "server.address": hostname,
      "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
    };
    const tracer = trace.getTracer("zitadel-resend");
    return tracer.startActiveSpan(method, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      if (propagate) {
        propagation.inject(context.active(), request.header, {
          set: (header, key, value) => header.set(key, value),
        });
      }
      try {
        const response = await next(request);
        span.setAttribute("rpc.response.status_code", "OK");
        return response;
      } catch (error) {
        const { code, rawMessage } = ConnectError.from(error);
        span.setAttributes({ "rpc.response.status_code": statusName(code), "error.type": statusName(code) });
        span.setStatus({ code: SpanStatusCode.ERROR, message: rawMessage });
        throw error;
      } finally {
        span.end();
      }
    });
  };
}

/** The name that gRPC has for a code: `NotFound` is `NOT_FOUND`, but `Canceled` is `CANCELLED`. */
function statusName(code: Code): string {
  if (code === Code.Canceled) return "CANCELLED";
  return Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
