import { createContextValues, type Interceptor, type Transport } from "@connectrpc/connect";
import { createMethodUrl, runUnaryCall } from "@connectrpc/connect/protocol";

/**
 * Runs each call once through Connect's interceptors, the first one outermost.
 * The URL that they see is the method's under `baseUrl`, on every wire alike.
 */
export function withInterceptors(
  next: Transport["unary"],
  interceptors: readonly Interceptor[],
  baseUrl: string,
): Transport["unary"] {
  return async (method, signal, timeoutMs, header, message, contextValues = createContextValues()) => {
    let failure: unknown;
    const call = runUnaryCall({
      // The first turns what the others throw on the spot into a rejection, which Connect expects.
      interceptors: [(next) => async (request) => next(request), ...interceptors],
      ...(signal && { signal }),
      req: {
        stream: false,
        service: method.parent,
        method,
        requestMethod: "POST",
        url: createMethodUrl(baseUrl, method),
        header: new Headers(header),
        contextValues,
        message,
      },
      next: async (request) => {
        try {
          return await next(
            request.method,
            request.signal,
            timeoutMs,
            request.header,
            request.message,
            request.contextValues,
          );
        } catch (error) {
          failure = error;
          throw error;
        }
      },
    });
    return call.catch((error) => {
      // Connect puts an error of its own in the place of ours when the caller gives up; ours says more.
      throw (signal?.aborted && failure) || error;
    });
  };
}
