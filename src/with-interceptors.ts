import type { Interceptor } from "@connectrpc/connect";
import type { Unary } from "./call/unary.js";
import { toFields } from "./transport/fields.js";
import { runIntercepted } from "./transport/intercepted-call.js";

/**
 * Runs each call once through Connect's interceptors, the first one outermost.
 * The URL that they see is the method's under `baseUrl`, on every wire alike.
 */
export function withInterceptors(next: Unary, interceptors: readonly Interceptor[], baseUrl: string): Unary {
  const prefix = baseUrl.replace(/\/$/, "");
  return async (method, signal, timeoutMs, header, input, contextValues) => {
    const url = `${prefix}/${method.parent.typeName}/${method.name}`;
    const call = {
      ...{ method, requestMethod: "POST", url, fields: toFields(header), input },
      ...{ signal, timeoutMs, contextValues },
    };
    return runIntercepted(interceptors, call, signal, (exchange) =>
      next(method, exchange.signal, timeoutMs, exchange.fields, exchange.message, contextValues),
    );
  };
}
