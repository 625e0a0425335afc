import type { Interceptor, Transport } from "@connectrpc/connect";
import { toFields } from "./transport/http.js";
import { runIntercepted } from "./transport/intercepted-call.js";
import { toAbortSignal } from "./transport/stop.js";

/**
 * Runs each call once through Connect's interceptors, the first one outermost.
 * The URL that they see is the method's under `baseUrl`, on every wire alike.
 */
export function withInterceptors(
  next: Transport["unary"],
  interceptors: readonly Interceptor[],
  baseUrl: string,
): Transport["unary"] {
  const prefix = baseUrl.replace(/\/$/, "");
  return async (method, signal, timeoutMs, header, input, contextValues) => {
    const url = `${prefix}/${method.parent.typeName}/${method.name}`;
    const call = {
      ...{ method, requestMethod: "POST", url, fields: toFields(header), input },
      ...{ signal, timeoutMs, contextValues },
    };
    return runIntercepted(interceptors, call, signal, (exchange) =>
      next(
        method,
        exchange.signal && toAbortSignal(exchange.signal),
        timeoutMs,
        exchange.fields,
        exchange.message,
        contextValues,
      ),
    );
  };
}
